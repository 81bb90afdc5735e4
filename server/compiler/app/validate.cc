#include "server/compiler/app/validate.h"

#include "base/sha256.h"
#include "server/compiler/app/dataset.h"
#include "server/compiler/app/host_execution.h"
#include "server/compiler/app/scored_run.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/validate/validation_json.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

// All three as packages; what differs is how they were compiled and by which kernels they run.
struct Executions {
  absl::StatusOr<Executable> original;
  Executable compiled;
  std::string package;
  PackageInfo info;
  std::string note;
};

absl::StatusOr<Executions> MakeExecutions(const ValidateRequest& request, Clock& clock) {
  // The package first: a model that cannot be compiled is refused as it always is.
  ER_ASSIGN_OR_RETURN(CompileOutcome outcome, Compile(request.compile, clock));
  std::string note;
  if (!outcome.fits) {  // this machine has room for it
    note =
        "the model does not fit " + request.compile.board.id + ": " + RegionsText(outcome.regions);
  }
  ER_ASSIGN_OR_RETURN(BuiltGraph built, BuildGraph(request.compile, clock));
  ER_ASSIGN_OR_RETURN(Executable compiled,
                      ForThisMachine(built.graph, request.compile.options.carry_state));
  ER_ASSIGN_OR_RETURN(PackageInfo info, ReadPackage(outcome.package));
  return Executions{OriginalFor(request.compile, clock), std::move(compiled),
                    std::move(outcome.package), std::move(info), std::move(note)};
}

absl::Status CheckBoardTrace(const BoardTrace& board, const Executions& executions) {
  if (board.package_sha256 != Sha256Hex(executions.package)) {
    return Refuse("TRACE_OF_ANOTHER_PACKAGE",
                  "the board ran another package than this compiler makes of the model with these "
                  "options; run the model again, or name the options of that run");
  }
  size_t outputs = 0;
  for (const PackageOp& op : executions.info.ops) outputs += op.outputs.size();
  const auto samples = static_cast<size_t>(board.samples);
  if (board.crc32.size() < samples * outputs ||
      board.inputs.size() != samples * static_cast<size_t>(executions.info.InputBytes())) {
    return Refuse("BAD_BOARD_TRACE", "the board's trace has " + std::to_string(board.crc32.size()) +
                                         " CRCs and " + std::to_string(board.inputs.size()) +
                                         " bytes of inputs for " + std::to_string(samples) +
                                         " samples; run the model again");
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> CompareLayers(const ValidateRequest& request, Executions& executions,
                                   const std::string& inputs, int64_t samples) {
  std::unique_ptr<TracedRun> original;
  if (executions.original.ok()) {
    auto run = TracedRun::Make(executions.original->bytes, inputs, samples, "reference");
    if (run.ok()) original = *std::move(run);
    if (!run.ok()) executions.original = run.status();
  }
  ER_ASSIGN_OR_RETURN(auto compiled,
                      TracedRun::Make(executions.compiled.bytes, inputs, samples, "reference"));
  ER_ASSIGN_OR_RETURN(auto package, TracedRun::Make(executions.package, inputs, samples, "native"));
  std::optional<TracedGraph> original_graph;
  if (original) original_graph = executions.original->traced;
  Validation validation(std::move(original_graph), executions.compiled.traced, executions.info);
  const auto sample_bytes = static_cast<size_t>(executions.info.InputBytes());
  for (int64_t i = 0; i < samples; ++i) {
    std::string of_original;
    if (original) {
      ER_ASSIGN_OR_RETURN(of_original, original->Trace(i));
    }
    ER_ASSIGN_OR_RETURN(std::string of_compiled, compiled->Trace(i));
    ER_ASSIGN_OR_RETURN(std::string of_package, package->Trace(i));
    const std::string_view all = inputs;
    validation.Add({all.substr(static_cast<size_t>(i) * sample_bytes, sample_bytes), of_original,
                    of_compiled, of_package},
                   request.board ? &*request.board : nullptr, i);
  }
  return ValidationJson(validation);
}

absl::StatusOr<Json> CompareWithTruth(const NpyArray& y,
                                      const std::vector<ScoredExecution>& executions,
                                      const PackageInfo& info, int64_t samples) {
  ER_ASSIGN_OR_RETURN(const Truth truth,
                      ReadTruth(y, info, samples, samples, executions.front().scores.classes));
  if (!truth.labels.empty()) return Json{{"labels", ClassificationJson(executions, truth.labels)}};
  return Json{{"targets", RegressionJson(executions, truth.targets)}};
}

absl::StatusOr<Json> Accuracy(const ValidateRequest& request, const Executions& executions,
                              const DatasetSamples& dataset, const NpyArray& y) {
  std::vector<ScoredExecution> scored;
  if (executions.original.ok()) {
    ER_ASSIGN_OR_RETURN(scored.emplace_back(),
                        RunAll("original", executions.original->bytes,
                               executions.original->traced.package, dataset, "reference"));
  }
  ER_ASSIGN_OR_RETURN(scored.emplace_back(),
                      RunAll("compiled", executions.compiled.bytes,
                             executions.compiled.traced.package, dataset, "reference"));
  ER_ASSIGN_OR_RETURN(scored.emplace_back(),
                      RunAll("package", executions.package, executions.info, dataset, "native"));
  if (request.board && !request.board_outputs.empty()) {
    ScoredExecution board{"board", FirstOutput(executions.info, request.board_outputs),
                          request.board->sample_indices};
    const auto rows = static_cast<size_t>(board.scores.samples());
    if (rows < board.indices.size()) board.indices.resize(rows);
    board.scores.values.resize(board.indices.size() * static_cast<size_t>(board.scores.classes));
    for (int64_t index : board.indices) {
      if (index < 0 || index >= dataset.count) {
        return Refuse("BAD_BOARD_TRACE", "the board ran sample " + std::to_string(index) +
                                             ", the dataset has " + std::to_string(dataset.count));
      }
    }
    scored.push_back(std::move(board));
  }
  return CompareWithTruth(y, scored, executions.info, dataset.count);
}

Json ExecutionJson(const char* name, const std::string& why_not) {
  Json json = {{"name", name}, {"ran", why_not.empty()}};
  if (!why_not.empty()) json["why_not"] = why_not;
  return json;
}

Json ExecutionsJson(const ValidateRequest& request, const Executions& executions) {
  const absl::Status& original = executions.original.status();
  return Json::array(
      {ExecutionJson("original", original.ok() ? "" : ErrorMessageOf(original)),
       ExecutionJson("compiled", ""), ExecutionJson("package", ""),
       ExecutionJson("board", request.board ? "" : "no trace of a board was given")});
}

}  // namespace

absl::StatusOr<Json> Validate(const ValidateRequest& request, Clock& clock) {
  ER_ASSIGN_OR_RETURN(Executions executions, MakeExecutions(request, clock));
  DatasetSamples dataset;
  if (!request.dataset.empty()) {
    ER_ASSIGN_OR_RETURN(dataset, ReadSamples(request.dataset, executions.info, 0));
  }
  std::string inputs = dataset.raw;
  int64_t samples = std::min(request.samples, dataset.count);
  if (request.board) {
    ER_RETURN_IF_ERROR(CheckBoardTrace(*request.board, executions));
    inputs = request.board->inputs;
    samples = request.board->samples;
  }
  inputs.resize(static_cast<size_t>(samples * executions.info.InputBytes()));
  ER_ASSIGN_OR_RETURN(Json layers, CompareLayers(request, executions, inputs, samples));
  Json json = {{"model_sha256", Sha256Hex(request.compile.model)},
               {"board", request.compile.board.id},
               {"executions", ExecutionsJson(request, executions)}};
  const std::string note = request.board ? request.board->note : executions.note;
  if (!note.empty()) json["note"] = note;
  json.update(layers);
  const NpyArray* y = FindArray(request.dataset, "y");
  if (y == nullptr) return json;
  ER_ASSIGN_OR_RETURN(json["accuracy"], Accuracy(request, executions, dataset, *y));
  return json;
}

}  // namespace edgerack::compiler
