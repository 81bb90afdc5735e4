#include "server/compiler/app/quantize_model.h"

#include "server/compiler/app/calibration_runner.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ptq/calibrate.h"
#include "server/compiler/ptq/equalize.h"
#include "server/compiler/ptq/float_reference.h"
#include "server/compiler/ptq/quantization_findings.h"
#include "server/compiler/ptq/quantization_json.h"

namespace edgerack::compiler {
namespace {

absl::Status CheckRequest(const CompileRequest& request) {
  if (request.quantize != "int8") {
    return MakeError(absl::StatusCode::kUnimplemented, ErrorClass::kJob, "NOT_SUPPORTED",
                     "--quantize " + request.quantize +
                         " is not supported by this version; supported: none, int8");
  }
  if (!request.calibration) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "NO_CALIBRATION",
                     "--quantize " + request.quantize +
                         " needs --calibration F.npz: some 100 typical samples, from which the "
                         "ranges of all tensors follow");
  }
  if (request.options.passes.switched_off.count("fuse-qdq") != 0) {
    return RefuseOption(
        "option passes.fuse-qdq=off: this pass makes the int8 layers that "
        "--quantize " +
        request.quantize + " asks for; leave the option out");
  }
  return absl::OkStatus();
}

Progress Percents(const CompileRequest& request, const std::string& what) {
  return [&request, what](int64_t done, int64_t of) {
    if (!request.progress || done * 10 / of == (done - 1) * 10 / of) return;
    request.progress(what + ": " + std::to_string(done) + " of " + std::to_string(of) + " samples");
  };
}

}  // namespace

absl::StatusOr<QuantizedModel> QuantizeModel(const Graph& imported, const CompileRequest& request,
                                             Clock& clock) {
  ER_RETURN_IF_ERROR(CheckRequest(request));
  const PtqOptions& options = request.options.ptq;
  Graph graph = WithFloatWeights(imported);
  ER_ASSIGN_OR_RETURN(CalibrationData data, ReadCalibration(*request.calibration, graph));
  CalibrationRunner runner(data, graph, request.options.carry_state, clock);
  ER_ASSIGN_OR_RETURN(GraphStatistics statistics,
                      Calibrate(graph, runner, Percents(request, "calibrating")));
  std::vector<EqualizedPair> pairs;
  if (options.equalize) pairs = Equalize(graph, statistics);
  if (!pairs.empty()) {
    ER_ASSIGN_OR_RETURN(statistics,
                        Calibrate(graph, runner, Percents(request, "calibrating, equalized")));
  }
  ConversionPlan plan;
  plan.schemes = ChooseGrids(graph, statistics, *FindRangeMethod(options.method), options.range);
  plan.weights = QuantizeWeights(graph, plan.schemes, statistics, options.weights);

  PassOptions pass_options = request.options.passes;
  pass_options.input_shapes.clear();
  pass_options.frozen_inputs.clear();
  QuantizedModel model;
  ER_ASSIGN_OR_RETURN(model.quantized, QuantizeGraph(graph, plan, {pass_options, clock}));
  ER_ASSIGN_OR_RETURN(FloatReference reference, FloatReference::Of(graph, runner));
  ER_ASSIGN_OR_RETURN(std::vector<LayerError> layers,
                      reference.Layers(model.quantized.graph, runner));
  ER_ASSIGN_OR_RETURN(std::vector<ErrorFigures> outputs,
                      reference.Outputs(model.quantized.graph, runner));
  FindInQuantization(graph, plan, statistics, model.quantized, model.findings);
  model.report = QuantizationJson({request.quantize, options, data.samples, reference.samples(),
                                   graph, plan, pairs, model.quantized, layers, outputs});
  if (request.options.io == "int8") {
    model.quantized.graph = WithInt8Borders(model.quantized.graph);
  }
  return model;
}

}  // namespace edgerack::compiler
