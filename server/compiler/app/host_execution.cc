#include "server/compiler/app/host_execution.h"

#include <fstream>
#include <set>

#include "server/compiler/app/lower_and_plan.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

// All passes but those that a graph does not run without.
std::set<std::string> NeedlessPasses() {
  static const std::set<std::string> needed = {"fix-inputs", "copy-outputs", "remove-dead",
                                               "place-states"};
  std::set<std::string> needless;
  for (const Pass& pass : AllPasses()) {
    if (needed.count(pass.name) == 0) needless.insert(pass.name);
  }
  return needless;
}

}  // namespace

absl::StatusOr<Executable> ForThisMachine(const Graph& graph, bool carry_state) {
  ER_ASSIGN_OR_RETURN(
      PlannedProgram lowered,
      LowerAndPlan(graph, ER_ISA_SCALAR, KernelPreference::kReference, Objective::kTime));
  ER_ASSIGN_OR_RETURN(WrittenPackage package,
                      WritePackage(lowered.program, lowered.plan, std::string(64, '0'),
                                   {.carry_state = carry_state}));
  Executable executable;
  executable.traced.graph = graph;
  executable.traced.tensor_index = std::move(package.tensor_index);
  ER_ASSIGN_OR_RETURN(executable.traced.package, ReadPackage(package.bytes));
  executable.bytes = std::move(package.bytes);
  return executable;
}

absl::Status MakeRunnable(Graph& graph, Clock& clock) {
  PassOptions options;
  options.switched_off = NeedlessPasses();
  std::vector<Finding> told_elsewhere;
  return RunPasses(graph, options, told_elsewhere, clock).status();
}

absl::StatusOr<Executable> OriginalFor(CompileRequest request, Clock& clock) {
  request.quantize = "none";
  request.calibration.reset();
  request.options.io.clear();
  request.options.passes.switched_off.merge(NeedlessPasses());
  ER_ASSIGN_OR_RETURN(BuiltGraph built, BuildGraph(request, clock));
  return ForThisMachine(built.graph, request.options.carry_state);
}

absl::StatusOr<std::unique_ptr<TracedRun>> TracedRun::Make(const std::string& package,
                                                           const std::string& inputs,
                                                           int64_t samples,
                                                           const std::string& kernels) {
  std::unique_ptr<TracedRun> run(new TracedRun);
  ER_RETURN_IF_ERROR(run->folder_.status());
  const std::filesystem::path file = run->folder_.path() / "model.erp";
  run->trace_ = run->folder_.path() / "trace.bin";
  ER_RETURN_IF_ERROR(WriteFileAtomic(file, package));
  ER_ASSIGN_OR_RETURN(PackageInfo info, ReadPackage(package));
  run->sample_bytes_ = TraceBytes(info);
  ER_RETURN_IF_ERROR(
      RunPackageOnHost(file, inputs, samples, kernels, {}, {.bytes = run->trace_}).status());
  return run;
}

absl::StatusOr<std::string> TracedRun::Trace(int64_t sample) const {
  std::string bytes(static_cast<size_t>(sample_bytes_), '\0');
  std::ifstream file(trace_, std::ios::binary);
  file.seekg(sample * sample_bytes_);
  file.read(bytes.data(), sample_bytes_);
  if (file) return bytes;
  return CompilerBug("the trace of sample " + std::to_string(sample) + " is cut off");
}

}  // namespace edgerack::compiler
