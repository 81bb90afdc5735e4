#include "server/compiler/app/validate.h"

#include <numeric>

#include "base/sha256.h"
#include "server/compiler/app/dataset.h"
#include "server/compiler/app/host_execution.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/validate/accuracy_json.h"
#include "server/compiler/validate/real_values.h"
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
};

absl::StatusOr<Executions> MakeExecutions(const ValidateRequest& request, Clock& clock) {
  // The package first: a model that cannot be compiled is refused as it always is.
  ER_ASSIGN_OR_RETURN(CompileOutcome outcome, Compile(request.compile, clock));
  if (!outcome.fits) {
    return Refuse("DOES_NOT_FIT", outcome.does_not_fit.message +
                                      "; supported is what the board holds. Validate it on a board "
                                      "with more memory");
  }
  ER_ASSIGN_OR_RETURN(BuiltGraph built, BuildGraph(request.compile, clock));
  ER_ASSIGN_OR_RETURN(Executable compiled,
                      ForThisMachine(built.graph, request.compile.options.carry_state));
  ER_ASSIGN_OR_RETURN(PackageInfo info, ReadPackage(outcome.package));
  return Executions{OriginalFor(request.compile, clock), std::move(compiled),
                    std::move(outcome.package), std::move(info)};
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
    if (original) ER_ASSIGN_OR_RETURN(of_original, original->Trace(i));
    ER_ASSIGN_OR_RETURN(std::string of_compiled, compiled->Trace(i));
    ER_ASSIGN_OR_RETURN(std::string of_package, package->Trace(i));
    const std::string_view all = inputs;
    validation.Add({all.substr(static_cast<size_t>(i) * sample_bytes, sample_bytes), of_original,
                    of_compiled, of_package},
                   request.board ? &*request.board : nullptr, i);
  }
  return ValidationJson(validation);
}

// Real values of the first output.
Scores FirstOutput(const PackageInfo& info, const std::string& raw) {
  const PackageTensor& output = info.tensors[static_cast<size_t>(info.outputs[0])];
  Tensor tensor;
  tensor.dtype = output.dtype;
  tensor.shape = output.shape;
  if (output.scale != 0) tensor.quantization = {{output.scale}, {output.zero_point}, 0};
  Scores scores{tensor.elements(), {}};
  const auto stride = static_cast<size_t>(info.OutputBytes());
  const std::string_view all = raw;
  for (size_t at = 0; stride > 0 && at + stride <= raw.size(); at += stride) {
    const std::vector<double> values =
        RealValues(tensor, all.substr(at, static_cast<size_t>(tensor.bytes())));
    scores.values.insert(scores.values.end(), values.begin(), values.end());
  }
  return scores;
}

absl::StatusOr<ScoredExecution> RunAll(const std::string& name, const std::string& package,
                                       const PackageInfo& info, const DatasetSamples& dataset,
                                       const std::string& kernels) {
  TempDir folder("edgerack-validate-");
  ER_RETURN_IF_ERROR(folder.status());
  const std::filesystem::path file = folder.path() / "model.erp";
  ER_RETURN_IF_ERROR(WriteFileAtomic(file, package));
  ER_ASSIGN_OR_RETURN(std::string outputs,
                      RunPackageOnHost(file, dataset.raw, dataset.count, kernels));
  ScoredExecution execution{name, FirstOutput(info, outputs), {}};
  execution.indices.resize(static_cast<size_t>(dataset.count));
  std::iota(execution.indices.begin(), execution.indices.end(), 0);
  return execution;
}

// Rows of `y` for the first output: labels, or as many targets as it has elements.
absl::StatusOr<Json> CompareWithTruth(const NpyArray& y,
                                      const std::vector<ScoredExecution>& executions,
                                      const PackageInfo& info, int64_t samples) {
  const int64_t width = executions.front().scores.classes;
  const int64_t rows = y.shape.empty() ? 0 : y.shape[0];
  if (rows != samples) {
    return Refuse("BAD_DATASET", "array 'y' has shape " + NpyShapeText(y.shape) +
                                     ", the inputs have " + std::to_string(samples) + " samples");
  }
  if (y.kind != 'f' && y.elements() == rows && width > 1) {
    ER_RETURN_IF_ERROR(CheckLabels(y, samples, info));
    std::vector<int64_t> labels;
    for (int64_t i = 0; i < samples; ++i) labels.push_back(static_cast<int64_t>(y.Value(i)));
    return Json{{"labels", ClassificationJson(executions, labels)}};
  }
  if (y.elements() != rows * width) {
    return Refuse("BAD_DATASET", "array 'y' has shape " + NpyShapeText(y.shape) +
                                     ", the model's first output has " + std::to_string(width) +
                                     " values; give a label or as many targets for each sample");
  }
  std::vector<double> targets;
  for (int64_t i = 0; i < y.elements(); ++i) targets.push_back(y.Value(i));
  return Json{{"targets", RegressionJson(executions, targets)}};
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
  if (request.board && !request.board->note.empty()) json["note"] = request.board->note;
  json.update(layers);
  const NpyArray* y = FindArray(request.dataset, "y");
  if (y == nullptr) return json;
  ER_ASSIGN_OR_RETURN(json["accuracy"], Accuracy(request, executions, dataset, *y));
  return json;
}

}  // namespace edgerack::compiler
