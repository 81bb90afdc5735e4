// Why outputs that somebody got are not the model's: found by the compiler in a limited child
// process. Thread-safe.
#ifndef SERVER_CONTROL_DIAGNOSES_H_
#define SERVER_CONTROL_DIAGNOSES_H_

#include <atomic>
#include <functional>
#include <map>
#include <string>

#include "server/control/farm_context.h"
#include "server/control/worker_pool.h"
#include "server/core/diagnosis.h"
#include "server/core/ids.h"

namespace edgerack::control {

struct DiagnosisRequest {
  core::ModelId model;
  core::DatasetId inputs;
  core::DatasetId outputs;
  std::map<std::string, std::string> options;
};

class Diagnoses {
 public:
  using Callback = std::function<void(absl::StatusOr<core::Diagnosis>)>;

  // The pool outlives this; its stop drops callbacks that still wait.
  Diagnoses(const Services& services, WorkerPool& pool) : services_(services), pool_(pool) {}

  // `done` is called once, at once for what is refused or later on the pool. Other models of the
  // server are tried too: an older version on the board is a usual cause. NOT_FOUND
  // (MODEL_NOT_FOUND, DATASET_NOT_FOUND), RESOURCE_EXHAUSTED (TOO_MANY_DIAGNOSES), errors of
  // CompileClient::Diagnose.
  void Make(DiagnosisRequest request, Callback done);

 private:
  absl::StatusOr<compile_client::DiagnoseInput> FilesOf(const DiagnosisRequest& request);

  const Services& services_;
  WorkerPool& pool_;
  std::atomic<int> waiting_{0};
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_DIAGNOSES_H_
