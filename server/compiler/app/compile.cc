#include "server/compiler/app/compile.h"

#include <algorithm>

#include "base/sha256.h"
#include "server/compiler/app/binary_findings.h"
#include "server/compiler/app/conversion_findings.h"
#include "server/compiler/app/dataset_accuracy.h"
#include "server/compiler/app/layer_findings.h"
#include "server/compiler/app/lower_and_plan.h"
#include "server/compiler/app/quantize_model.h"
#include "server/compiler/app/sample_findings.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/quant/calibration_data.h"

namespace edgerack::compiler {
namespace {

absl::Status CheckIo(const Graph& graph, const CompileRequest& request) {
  const std::string& io = request.options.io;
  if (io.empty()) return absl::OkStatus();
  const DType wanted = io == "float" ? DType::kF32 : DType::kS8;
  for (const auto* list : {&graph.inputs, &graph.outputs}) {
    for (TensorId id : *list) {
      const Tensor& t = graph.tensor(id);
      if (t.dtype == wanted) continue;
      return RefuseOption("option io=" + io + ": '" + t.name + "' is " + DTypeName(t.dtype) +
                          (request.quantize == "none"
                               ? " in the model, and only --quantize changes that"
                               : ", which quantization leaves as it is") +
                          "; leave the option out");
    }
  }
  return absl::OkStatus();
}

// The passes that make a graph faster, before it is quantized: those that shape its borders run
// once, behind.
absl::Status QuantizeBuilt(const CompileRequest& request, PassOptions pass_options,
                           BuiltGraph& built, Clock& clock) {
  for (const char* at_the_end : {"copy-outputs", "place-states"}) {
    pass_options.switched_off.insert(at_the_end);
  }
  std::vector<Finding> told_again;
  ER_RETURN_IF_ERROR(RunPasses(built.graph, pass_options, told_again, clock).status());
  ER_ASSIGN_OR_RETURN(QuantizedModel model, QuantizeModel(built.graph, request, clock));
  built.graph = std::move(model.quantized.graph);
  built.passes = std::move(model.quantized.passes);
  built.quantization = std::move(model.report);
  for (const auto* findings : {&model.quantized.findings, &model.findings}) {
    built.findings.insert(built.findings.end(), findings->begin(), findings->end());
  }
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::ordered_json> AccuracyOfQuantized(const CompileRequest& request,
                                                           const Graph& graph, Clock& clock) {
  const auto tell = [&](const char* line) {
    if (request.progress) request.progress(line);
  };
  tell("accuracy: the model before quantization");
  ER_ASSIGN_OR_RETURN(const DatasetAccuracy accuracy, DatasetAccuracy::Of(request, 0, clock));
  tell("accuracy: the model after quantization");
  ER_ASSIGN_OR_RETURN(const AccuracyFigures after, accuracy.After(graph));
  return accuracy.Json(after);
}

Finding TellState(const Graph& graph, bool carry) {
  const std::string what = "the model keeps " + std::to_string(graph.states.size()) +
                           " tensors from run to run ('" +
                           graph.tensor(graph.states[0].tensor).name + "', …); ";
  if (carry) {
    return {"STATE_CARRIED", Severity::kInfo, "",
            what + "the samples of a dataset are taken as the steps of one sequence, in order",
            "compile with --option state=reset if each sample stands for itself"};
  }
  return {"STATE_RESET", Severity::kInfo, "", what + "they start from zero in each sample",
          "compile with --option state=carry if the samples are the steps of one sequence"};
}

// Layers whose weights are int8 and whose activations are not.
void FindHybridLayers(const Program& program, std::vector<Finding>& findings) {
  for (const KernelCall& call : program.calls) {
    const Node& node = program.graph.nodes[call.node_index];
    if (std::string(call.kernel->dtype) != kHybridKernelType) continue;
    const size_t scales = program.graph.tensor(node.inputs[1]).quantization.scales.size();
    findings.push_back(
        {"DYNAMIC_QUANTIZATION", Severity::kInfo, call.name,
         "the weights stay int8 (" +
             (scales == 1 ? "one scale" : std::to_string(scales) + " scales, one per channel") +
             "); each run quantizes this layer's float32 input to int8 (" +
             (AsymmetricInputs(node) ? "asymmetric" : "symmetric") +
             ", range of the values it meets), sums in int32 and scales the sums back to float32",
         "convert with a representative dataset (full int8) to save this conversion in each run "
         "and most of the arena, or without optimizations for unrounded float32"});
  }
}

}  // namespace

absl::StatusOr<BuiltGraph> BuildGraph(const CompileRequest& request, Clock& clock) {
  const CompileOptions& options = request.options;
  BuiltGraph built;
  ER_ASSIGN_OR_RETURN(built.model, ImportModel(request.model, options.passes));
  const ImportedModel& model = built.model;
  // The samples first: they are wrong whatever becomes of the model.
  if (request.calibration) {
    ER_RETURN_IF_ERROR(ReadCalibration(*request.calibration, model.graph).status());
  }
  built.findings = request.findings;
  built.findings.insert(built.findings.end(), model.findings.begin(), model.findings.end());
  PassOptions pass_options = options.passes;
  for (const std::string& name : model.fixed_inputs) {
    pass_options.input_shapes.erase(name);
    pass_options.frozen_inputs.erase(name);
  }
  built.reshaped = !pass_options.input_shapes.empty();
  built.graph = model.graph;
  if (request.quantize != "none") {
    ER_RETURN_IF_ERROR(QuantizeBuilt(request, pass_options, built, clock));
  } else {
    ER_ASSIGN_OR_RETURN(built.passes, RunPasses(built.graph, pass_options, built.findings, clock));
  }
  ER_RETURN_IF_ERROR(CheckIo(built.graph, request));
  ER_ASSIGN_OR_RETURN(built.codebooks, UseCodebooks(options.codebook, built.graph, built.findings));
  return built;
}

absl::StatusOr<CompileOutcome> Compile(const CompileRequest& request, Clock& clock) {
  const CompileOptions& options = request.options;
  // A place that the chip does not have is wrong whatever the model.
  ER_RETURN_IF_ERROR(Place(request.chip, options.placement, 0).status());
  ER_ASSIGN_OR_RETURN(er_isa_t isa, ParseIsa(request.chip.isa));
  ER_ASSIGN_OR_RETURN(BuiltGraph built, BuildGraph(request, clock));
  const ImportedModel& model = built.model;
  const Graph& graph = built.graph;
  std::vector<Finding>& findings = built.findings;
  ER_ASSIGN_OR_RETURN(PlannedProgram lowered,
                      LowerAndPlan(graph, isa, options.kernels, options.objective));
  FindConversions(graph, request.quantize != "none", findings);
  FindFloatIslands(lowered.program, findings);
  FindHybridLayers(lowered.program, findings);
  FindCostlyLayers(graph, findings);
  FindBinaryCosts(graph, findings);
  if (request.calibration) {
    ER_ASSIGN_OR_RETURN(CalibrationData data, ReadCalibration(*request.calibration, model.graph));
    FindInCalibration(data, model.graph, findings);
  }
  if (!graph.states.empty()) findings.push_back(TellState(graph, options.carry_state));
  const std::string model_sha256 = Sha256Hex(request.model);
  ER_ASSIGN_OR_RETURN(WrittenPackage package,
                      WritePackage(lowered.program, lowered.plan, model_sha256,
                                   {.carry_state = options.carry_state}));

  CompileOutcome outcome;
  ER_ASSIGN_OR_RETURN(const Rooms rooms,
                      Place(request.chip, options.placement, package.bytes.size()));
  outcome.regions =
      MeasureRegions(rooms, static_cast<int64_t>(package.bytes.size()), lowered.plan.arena_bytes);
  outcome.fits = true;
  for (const RegionUse& r : outcome.regions) outcome.fits = outcome.fits && r.fits();
  if (!outcome.fits) {
    outcome.does_not_fit = DoesNotFit(request.board, lowered.program, outcome.regions);
    findings.push_back(outcome.does_not_fit);
  }
  // A different batch changes what an interpreter would need; without one both graphs agree.
  const Graph& measured = built.reshaped ? graph : model.graph;
  outcome.report = BuildReport({request.board, model.format, model_sha256, lowered.program,
                                lowered.plan, package, LowerBoundBytes(measured), rooms,
                                outcome.regions, findings, built.passes});
  if (!built.quantization.is_null()) outcome.report["quantization"] = built.quantization;
  if (request.dataset && !built.quantization.is_null()) {
    ER_ASSIGN_OR_RETURN(outcome.report["quantization"]["accuracy"],
                        AccuracyOfQuantized(request, graph, clock));
  }
  if (!built.codebooks.is_null()) outcome.report["codebooks"] = built.codebooks;
  outcome.package = std::move(package.bytes);
  return outcome;
}

}  // namespace edgerack::compiler
