// The model under examination, compiled for this machine, and ways to run it with other inputs or
// other weights.
#ifndef SERVER_COMPILER_DOCTOR_SUBJECT_H_
#define SERVER_COMPILER_DOCTOR_SUBJECT_H_

#include <cstdint>
#include <string>

#include "server/compiler/emit/package_reader.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler::doctor {

class Subject {
 public:
  // Imports the model, runs the passes and compiles it for the reference kernels. Errors are the
  // compiler's refusals.
  static absl::StatusOr<Subject> Create(const std::string& model, const PassOptions& options);

  const std::string& format() const { return format_; }
  // After the passes: what the package holds.
  const Graph& graph() const { return graph_; }
  const PackageInfo& package() const { return package_; }

  // Outputs of `samples` samples, whose inputs stand one after another in `raw_inputs`, as the
  // firmware's reference kernels compute them. Blocks; errors as RunPackageOnHost.
  absl::StatusOr<std::string> Run(const std::string& raw_inputs, int64_t samples) const;
  // The same by a graph with other constants than graph().
  absl::StatusOr<std::string> RunChanged(const Graph& changed, const std::string& raw_inputs,
                                         int64_t samples) const;

 private:
  Subject() = default;

  std::string format_;
  Graph graph_;
  std::string bytes_;  // of the package
  PackageInfo package_;
};

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_SUBJECT_H_
