// From a board's measurement to a stored result.
#ifndef SERVER_CONTROL_CONCLUSION_H_
#define SERVER_CONTROL_CONCLUSION_H_

#include <functional>
#include <memory>

#include "server/analysis/make_foreign_result.h"
#include "server/analysis/make_result.h"
#include "server/control/farm_context.h"
#include "server/control/transition.h"
#include "server/control/worker_pool.h"

namespace edgerack::control {

class Conclusion {
 public:
  // `apply` carries out what the scheduler decides when the board is free again.
  using ApplyActions = std::function<void(const scheduler::Actions&, Transition&)>;

  Conclusion(FarmContext& context, WorkerPool& pool) : context_(context), pool_(pool) {}
  void set_apply(ApplyActions apply) { apply_ = std::move(apply); }

  // On the sequence. Reads report and reference and makes the result in the pool; the run stays
  // assigned until the result is part of a transition.
  void Begin(const core::RunId& run, const core::RunReport& report);

 private:
  void Finish(const core::RunId& run, int attempt, absl::StatusOr<core::Result> result);

  FarmContext& context_;
  WorkerPool& pool_;
  ApplyActions apply_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_CONCLUSION_H_
