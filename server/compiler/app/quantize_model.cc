#include "server/compiler/app/quantize_model.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/app/calibration_runner.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ptq/calibrate.h"
#include "server/compiler/ptq/equalize.h"
#include "server/compiler/ptq/float_reference.h"
#include "server/compiler/ptq/quantization_findings.h"
#include "server/compiler/ptq/quantization_json.h"
#include "server/compiler/ptq/sensitivity.h"
#include "server/compiler/ptq/weights_only.h"

namespace edgerack::compiler {
namespace {

absl::Status CheckRequest(const CompileRequest& request) {
  if (request.quantize == "int8-int16") {
    return MakeError(
        absl::StatusCode::kUnimplemented, ErrorClass::kJob, "NOT_SUPPORTED",
        "--quantize " + request.quantize +
            " is not supported by this version; supported: none, int8, int8-float, weights-int8");
  }
  if (!request.calibration && request.quantize != "weights-int8") {
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

// Of the passes behind quantization: the inputs have their shapes by now.
PassOptions PassesOf(const CompileRequest& request) {
  PassOptions options = request.options.passes;
  options.input_shapes.clear();
  options.frozen_inputs.clear();
  return options;
}

// Each such layer is told of by finding DYNAMIC_QUANTIZATION when it is lowered.
absl::StatusOr<QuantizedModel> QuantizeWeightsOnly(const Graph& graph,
                                                   const CompileRequest& request, Clock& clock) {
  QuantizedModel model;
  QuantizedGraph& quantized = model.quantized;
  const bool per_channel = request.options.ptq.weights.per_channel;
  quantized.graph = WithInt8Weights(graph, per_channel);
  ER_ASSIGN_OR_RETURN(quantized.passes,
                      RunPasses(quantized.graph, PassesOf(request), quantized.findings, clock));
  model.report = {{"mode", request.quantize},
                  {"weight_scales", per_channel ? "channel" : "tensor"}};
  return model;
}

// One quantization, from the float graph to the report.
class Quantizer {
 public:
  Quantizer(const CompileRequest& request, Graph graph, CalibrationRunner runner, Clock& clock)
      : request_(request),
        options_(request.options.ptq),
        graph_(std::move(graph)),
        runner_(std::move(runner)),
        clock_(clock),
        pass_options_(PassesOf(request)) {}

  absl::StatusOr<QuantizedModel> Run() {
    ER_RETURN_IF_ERROR(MeasureAndPlan());
    ER_RETURN_IF_ERROR(KeepNamedLayers());
    ER_ASSIGN_OR_RETURN(FloatReference reference, FloatReference::Of(graph_, runner_));
    if (request_.quantize == "int8-float") ER_RETURN_IF_ERROR(KeepSensitiveLayers(reference));
    QuantizedModel model;
    ER_ASSIGN_OR_RETURN(model.quantized, Quantized(plan_));
    const Graph& int8 = model.quantized.graph;
    ER_ASSIGN_OR_RETURN(std::vector<LayerError> layers, reference.Layers(int8, runner_));
    ER_ASSIGN_OR_RETURN(std::vector<ErrorFigures> outputs, reference.Outputs(int8, runner_));
    FindInQuantization(graph_, plan_, statistics_, model.quantized, model.findings);
    if (scan_) FindInScan(*scan_, options_, model.findings);
    model.report =
        QuantizationJson({request_.quantize, options_, runner_.samples(), reference.samples(),
                          graph_, plan_, pairs_, scan_, model.quantized, layers, outputs});
    if (request_.options.io == "int8") model.quantized.graph = WithInt8Borders(int8);
    return model;
  }

 private:
  absl::Status MeasureAndPlan() {
    ER_ASSIGN_OR_RETURN(statistics_, Calibrate(graph_, runner_, Percents(request_, "calibrating")));
    if (options_.equalize) pairs_ = Equalize(graph_, statistics_);
    if (!pairs_.empty()) {
      ER_ASSIGN_OR_RETURN(statistics_,
                          Calibrate(graph_, runner_, Percents(request_, "calibrating, equalized")));
    }
    plan_.schemes =
        ChooseGrids(graph_, statistics_, *FindRangeMethod(options_.method), options_.range);
    plan_.weights = QuantizeWeights(graph_, plan_.schemes, statistics_, options_.weights);
    return absl::OkStatus();
  }

  absl::Status KeepNamedLayers() {
    for (const std::string& name : options_.keep_float) {
      const auto node = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                     [&](const Node& candidate) { return candidate.name == name; });
      if (node == graph_.nodes.end()) {
        return RefuseOption("option float." + name +
                            "=on: the model has no such layer behind the passes; the report's "
                            "`quantization` names them");
      }
      plan_.float_layers.insert(graph_.tensor(MainOutput(node->outputs)).name);
    }
    return absl::OkStatus();
  }

  absl::Status KeepSensitiveLayers(const FloatReference& reference) {
    int64_t judged = 0;
    const Judge judge = [&](const std::set<std::string>& layers) -> absl::StatusOr<double> {
      ConversionPlan plan = plan_;
      plan.float_layers.insert(layers.begin(), layers.end());
      ER_ASSIGN_OR_RETURN(QuantizedGraph quantized, Quantized(plan));
      ER_ASSIGN_OR_RETURN(auto outputs, reference.Outputs(quantized.graph, runner_));
      if (request_.progress) {
        request_.progress("sensitivity: " + std::to_string(++judged) + " forms of the model tried");
      }
      return WorstSqnr(outputs);
    };
    ER_ASSIGN_OR_RETURN(scan_, ScanSensitivity(graph_, plan_, Budget(), judge));
    plan_.float_layers.merge(scan_->Chosen());
    return absl::OkStatus();
  }

  SensitivityBudget Budget() const {
    SensitivityBudget budget{options_.wanted_sqnr_db, {}, options_.most_float_macs};
    std::optional<double> share = options_.most_float_share;
    if (options_.most_float_layers) {
      budget.most_layers = static_cast<size_t>(*options_.most_float_layers);
    } else if (!share && !budget.wanted && !budget.most_macs) {
      share = kDefaultFloatShare;
    }
    if (share) {
      const double layers = *share * static_cast<double>(graph_.nodes.size());
      budget.most_layers = static_cast<size_t>(std::ceil(layers));
    }
    return budget;
  }

  absl::StatusOr<QuantizedGraph> Quantized(const ConversionPlan& plan) {
    return QuantizeGraph(graph_, plan, {pass_options_, clock_});
  }

  const CompileRequest& request_;
  const PtqOptions& options_;
  Graph graph_;
  CalibrationRunner runner_;
  Clock& clock_;
  PassOptions pass_options_;
  GraphStatistics statistics_;
  std::vector<EqualizedPair> pairs_;
  ConversionPlan plan_;
  std::optional<SensitivityScan> scan_;
};

}  // namespace

absl::StatusOr<QuantizedModel> QuantizeModel(const Graph& imported, const CompileRequest& request,
                                             Clock& clock) {
  ER_RETURN_IF_ERROR(CheckRequest(request));
  if (request.quantize == "weights-int8") return QuantizeWeightsOnly(imported, request, clock);
  Graph graph = WithFloatWeights(imported);
  ER_ASSIGN_OR_RETURN(CalibrationData data, ReadCalibration(*request.calibration, graph));
  CalibrationRunner runner(data, graph, request.options.carry_state, clock);
  return Quantizer(request, std::move(graph), std::move(runner), clock).Run();
}

}  // namespace edgerack::compiler
