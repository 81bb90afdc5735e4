// What models are, for clients that ask: from the cache, or from the compiler, which reads the file
// in a limited child process. Thread-safe.
#ifndef SERVER_CONTROL_MODEL_VIEWS_H_
#define SERVER_CONTROL_MODEL_VIEWS_H_

#include <functional>

#include "server/control/farm_context.h"
#include "server/control/shared_work.h"
#include "server/core/model_view.h"

namespace edgerack::control {

class ModelViews {
 public:
  using Callback = std::function<void(absl::StatusOr<core::ModelView>)>;

  ModelViews(const Services& services, WorkerPool& pool);

  // `done` is called once, at once from the cache or later on the pool; the model's file is read
  // once however many wait for it. NOT_FOUND (MODEL_NOT_FOUND), RESOURCE_EXHAUSTED
  // (TOO_MANY_VIEWS), errors of CompileClient::Show.
  void Get(const core::ModelId& id, Callback done);

 private:
  absl::StatusOr<core::ModelView> Make(const core::Model& model, const std::string& program_sha256);

  const Services& services_;
  SharedWork<core::ModelId, core::ModelView> work_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_MODEL_VIEWS_H_
