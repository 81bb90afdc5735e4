// Graph to graph transformations. Each is one line in passes.inc and one file, does one thing, is
// timed, can be switched off by `--option passes.NAME=off`, and its result is verified.
#ifndef SERVER_COMPILER_PASSES_PASS_H_
#define SERVER_COMPILER_PASSES_PASS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ir/input_options.h"

namespace edgerack::compiler {

struct PassOptions : InputOptions {
  std::set<std::string> switched_off;  // names of passes
};

struct PassContext {
  const PassOptions& options;
  std::vector<Finding>& findings;
};

struct Pass {
  const char* name;
  const char* summary;
  // Returns how many places it changed.
  absl::StatusOr<int> (*run)(Graph& graph, PassContext& context);
};

struct PassTiming {
  std::string name;
  int changes = 0;
  int64_t duration_ms = 0;
};

// In the order they run.
const std::vector<Pass>& AllPasses();

// Runs every pass that is not switched off and verifies the graph after each. Errors: what a pass
// refuses; BAD_OPTION for an unknown name in switched_off; COMPILER_BUG when a pass broke the
// graph.
absl::StatusOr<std::vector<PassTiming>> RunPasses(Graph& graph, const PassOptions& options,
                                                  std::vector<Finding>& findings, Clock& clock);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PASSES_PASS_H_
