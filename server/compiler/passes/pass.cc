#include "server/compiler/passes/pass.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

#define ER_PASS(describe) Pass describe();
#include "server/compiler/passes/passes.inc"
#undef ER_PASS

namespace {

absl::Status CheckNames(const PassOptions& options) {
  for (const std::string& name : options.switched_off) {
    std::string known;
    bool found = false;
    for (const Pass& pass : AllPasses()) {
      found = found || name == pass.name;
      known += (known.empty() ? "" : ", ") + std::string(pass.name);
    }
    if (!found) return RefuseOption("there is no pass '" + name + "'; the passes are " + known);
  }
  return absl::OkStatus();
}

}  // namespace

const std::vector<Pass>& AllPasses() {
  static const std::vector<Pass> passes = {
#define ER_PASS(describe) describe(),
#include "server/compiler/passes/passes.inc"
#undef ER_PASS
  };
  return passes;
}

absl::StatusOr<std::vector<PassTiming>> RunPasses(Graph& graph, const PassOptions& options,
                                                  std::vector<Finding>& findings, Clock& clock) {
  ER_RETURN_IF_ERROR(CheckNames(options));
  PassContext context = {options, findings};
  std::vector<PassTiming> timings;
  for (const Pass& pass : AllPasses()) {
    if (options.switched_off.count(pass.name) != 0) continue;
    const int64_t start_ms = clock.SteadyMs();
    ER_ASSIGN_OR_RETURN(int changes, pass.run(graph, context));
    timings.push_back({pass.name, changes, clock.SteadyMs() - start_ms});
    if (changes == 0) continue;
    if (absl::Status status = VerifyGraph(graph); !status.ok()) {
      return CompilerBug(std::string("pass ") + pass.name +
                         " left a bad graph: " + ErrorMessageOf(status) +
                         "; compile with --option passes." + pass.name + "=off and report this");
    }
  }
  return timings;
}

}  // namespace edgerack::compiler
