// Graphs that run on this machine and tell what every layer gave.
#ifndef SERVER_COMPILER_APP_HOST_EXECUTION_H_
#define SERVER_COMPILER_APP_HOST_EXECUTION_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/files.h"
#include "server/compiler/app/compile.h"
#include "server/compiler/validate/traced_graph.h"

namespace edgerack::compiler {

// A package with its graph, where that is known.
struct Executable {
  std::string bytes;
  TracedGraph traced;
};

// The graph by the portable kernels, whatever memory it takes. Errors of LowerGraph.
absl::StatusOr<Executable> ForThisMachine(const Graph& graph, bool carry_state);

// Changes no more than what makes a graph run at all: copies of outputs, places of states.
absl::Status MakeRunnable(Graph& graph, Clock& clock);

// The imported graph with no more changed than what makes it run at all: shapes and frozen inputs
// that options ask for, copies of outputs, places of states.
absl::StatusOr<Executable> OriginalFor(CompileRequest request, Clock& clock);

// What a package gave for some samples; its trace stays on the disk.
class TracedRun {
 public:
  // `kernels` as RunPackageOnHost() has it. Errors of that one.
  static absl::StatusOr<std::unique_ptr<TracedRun>> Make(const std::string& package,
                                                         const std::string& inputs, int64_t samples,
                                                         const std::string& kernels);
  // Of one sample.
  absl::StatusOr<std::string> Trace(int64_t sample) const;

 private:
  TracedRun() : folder_("edgerack-validate-") {}

  TempDir folder_;
  std::filesystem::path trace_;
  int64_t sample_bytes_ = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_HOST_EXECUTION_H_
