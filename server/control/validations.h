// Where the executions of a result's model part: from the cache, or from the compiler, which runs
// them in a limited child process. Thread-safe.
#ifndef SERVER_CONTROL_VALIDATIONS_H_
#define SERVER_CONTROL_VALIDATIONS_H_

#include <functional>
#include <string>

#include "server/control/farm_context.h"
#include "server/control/shared_work.h"
#include "server/core/result.h"

namespace edgerack::control {

class Validations {
 public:
  // A JSON object as `edgerack-compile validate` writes it.
  using Callback = std::function<void(absl::StatusOr<std::string>)>;

  Validations(const Services& services, WorkerPool& pool);

  // `done` is called once, at once from the cache or later on the pool. NOT_FOUND
  // (RESULT_NOT_FOUND, ARTIFACT_NOT_FOUND), FAILED_PRECONDITION (NOT_TRACED), RESOURCE_EXHAUSTED
  // (TOO_MANY_VIEWS), errors of CompileClient::Validate.
  void Get(const core::ResultId& id, Callback done);

 private:
  absl::StatusOr<std::string> Make(const core::Result& result, const std::string& program_sha256);
  absl::StatusOr<compile_client::ValidateInput> InputOf(const core::Result& result) const;
  absl::StatusOr<compile_client::NamedFile> DatasetFile(const core::DatasetId& id) const;

  const Services& services_;
  SharedWork<core::ResultId, std::string> work_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_VALIDATIONS_H_
