#include "server/compiler/app/quantize_model.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/app/calibration_runner.h"
#include "server/compiler/app/dataset_accuracy.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ptq/calibrate.h"
#include "server/compiler/ptq/equalize.h"
#include "server/compiler/ptq/float_reference.h"
#include "server/compiler/ptq/moved_between.h"
#include "server/compiler/ptq/quantization_findings.h"
#include "server/compiler/ptq/quantization_json.h"
#include "server/compiler/ptq/sensitivity.h"
#include "server/compiler/ptq/weights_only.h"
#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

absl::Status CheckRequest(const CompileRequest& request) {
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

// `layers` of the graph become something else.
absl::Status RequireLayers(const Graph& graph, size_t layers, const std::string& mode) {
  if (layers > 0) return absl::OkStatus();
  size_t quantized = 0;
  for (const Node& node : graph.nodes) {
    quantized += IsQuantized(graph.tensor(MainOutput(node.outputs))) ? 1 : 0;
  }
  return MakeError(
      absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "NOTHING_TO_QUANTIZE",
      "--quantize " + mode + ": no layer of the model is left to be quantized; " +
          std::to_string(quantized) + " of its " + std::to_string(graph.nodes.size()) +
          " layers have int8 or int16 results already. Leave --quantize out, or give the float "
          "model that this one was made of");
}

bool Scans(const std::string& mode) { return mode == "int8-float" || mode == "int8-int16"; }

// Budgets that the mode does not read.
void FindUnusedBudgets(const CompileRequest& request, std::vector<Finding>& findings) {
  const PtqOptions& ptq = request.options.ptq;
  const std::string& mode = request.quantize;
  std::string unused;
  const auto look = [&](bool given, bool read, const char* name) {
    if (given && !read) unused += (unused.empty() ? "" : ", ") + std::string(name);
  };
  look(ptq.wanted_sqnr_db.has_value(), Scans(mode), "sqnr");
  look(ptq.most_lost_points.has_value(), Scans(mode), "accuracy");
  look(ptq.most_slower.has_value(), Scans(mode), "latency");
  look(!ptq.float_budget.empty(), mode == "int8-float", "float_layers or float_macs");
  look(!ptq.int16_budget.empty(), mode == "int8-int16", "int16_layers or int16_macs");
  if (unused.empty()) return;
  findings.push_back({"ARGUMENT_UNUSED", Severity::kInfo, "",
                      "option " + unused + " has no effect with --quantize " + mode,
                      "leave it out, or use --quantize int8-float or int8-int16"});
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
  size_t changed = 0;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    changed += graph.nodes[n].inputs != quantized.graph.nodes[n].inputs ? 1 : 0;
  }
  ER_RETURN_IF_ERROR(RequireLayers(graph, changed, request.quantize));
  ER_ASSIGN_OR_RETURN(quantized.passes,
                      RunPasses(quantized.graph, PassesOf(request), quantized.findings, clock));
  model.report = {{"mode", request.quantize},
                  {"weight_scales", per_channel ? "channel" : "tensor"}};
  FindUnusedBudgets(request, model.findings);
  return model;
}

// Of the dataset, whenever the scan asks whether top-1 is good enough.
constexpr int64_t kMostJudgedSamples = 1000;

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
    ER_RETURN_IF_ERROR(KeepNamedLayers("float", options_.keep_float, plan_.float_layers));
    ER_RETURN_IF_ERROR(KeepNamedLayers("int16", options_.keep_int16, plan_.int16_layers));
    ER_ASSIGN_OR_RETURN(FloatReference reference, FloatReference::Of(graph_, runner_));
    if (KeepsAll()) {
      for (const Node& node : graph_.nodes) plan_.int16_layers.insert(OutputName(node));
    } else if (Scans(request_.quantize)) {
      ER_RETURN_IF_ERROR(KeepSensitiveLayers(reference));
    }
    QuantizedModel model;
    FindUnusedBudgets(request_, model.findings);
    plan_ = Settled(std::move(plan_));
    ER_ASSIGN_OR_RETURN(model.quantized, Quantized(plan_));
    const Graph& int8 = model.quantized.graph;
    ER_ASSIGN_OR_RETURN(std::vector<LayerError> layers, reference.Layers(int8, runner_));
    ER_ASSIGN_OR_RETURN(std::vector<ErrorFigures> outputs, reference.Outputs(int8, runner_));
    FindInQuantization(graph_, plan_, statistics_, model.quantized, model.findings);
    if (scan_) FindInScan(*scan_, {options_, KeptType(), lost_points_}, model.findings);
    model.report = QuantizationJson({request_.quantize, KeptType(), options_, runner_.samples(),
                                     reference.samples(), graph_, plan_, pairs_, scan_,
                                     model.quantized, layers, outputs});
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
    size_t planned = 0;
    for (const Node& node : graph_.nodes) {
      planned += PlannedType(graph_, node, plan_) != DType::kF32 ? 1 : 0;
    }
    return RequireLayers(graph_, planned, request_.quantize);
  }

  const std::string& OutputName(const Node& node) const {
    return graph_.tensor(MainOutput(node.outputs)).name;
  }

  // What mode and options keep layers in.
  DType KeptType() const { return request_.quantize == "int8-int16" ? DType::kS16 : DType::kF32; }
  std::set<std::string>& Kept(ConversionPlan& plan) const {
    return KeptType() == DType::kS16 ? plan.int16_layers : plan.float_layers;
  }
  const KeptBudget& Limits() const {
    return KeptType() == DType::kS16 ? options_.int16_budget : options_.float_budget;
  }

  // int16_layers=100% alone: there is nothing to look for.
  bool KeepsAll() const {
    return KeptType() == DType::kS16 && Limits().share == 1.0 && !Limits().layers &&
           !Limits().macs && !options_.wanted_sqnr_db && !options_.most_lost_points &&
           !options_.most_slower;
  }

  absl::Status KeepNamedLayers(const std::string& group, const std::set<std::string>& names,
                               std::set<std::string>& layers) const {
    for (const std::string& name : names) {
      const auto node = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                     [&](const Node& candidate) { return candidate.name == name; });
      if (node == graph_.nodes.end()) {
        return RefuseOption("option " + group + "." + name +
                            "=on: the model has no such layer behind the passes; the report's "
                            "`quantization` names them");
      }
      layers.insert(OutputName(*node));
    }
    return absl::OkStatus();
  }

  // The plan with `layers` kept.
  ConversionPlan With(const std::set<std::string>& layers) const {
    ConversionPlan plan = plan_;
    Kept(plan).insert(layers.begin(), layers.end());
    return Settled(std::move(plan));
  }

  ConversionPlan Settled(ConversionPlan plan) const {
    plan.float_layers = WithMovedBetween(graph_, plan.float_layers);
    plan.int16_layers = WithMovedBetween(graph_, plan.int16_layers);
    return plan;
  }

  absl::Status KeepSensitiveLayers(const FloatReference& reference) {
    int64_t judged = 0;
    const Judge judge = [&](const std::set<std::string>& layers) -> absl::StatusOr<double> {
      ER_ASSIGN_OR_RETURN(QuantizedGraph quantized, Quantized(With(layers)));
      ER_ASSIGN_OR_RETURN(auto outputs, reference.Outputs(quantized.graph, runner_));
      if (request_.progress) {
        request_.progress("sensitivity: " + std::to_string(++judged) + " forms of the model tried");
      }
      return WorstSqnr(outputs);
    };
    SensitivityBudget budget = Budget();
    std::optional<DatasetAccuracy> accuracy;
    if (options_.most_lost_points) {
      ER_ASSIGN_OR_RETURN(accuracy, AccuracyToKeep());
      budget.enough = [&](const std::set<std::string>& layers) {
        return LosesLittle(*accuracy, layers);
      };
    }
    ER_ASSIGN_OR_RETURN(scan_, ScanSensitivity(graph_, plan_, budget, judge));
    for (const std::string& layer : scan_->Chosen()) Kept(plan_).insert(layer);
    return absl::OkStatus();
  }

  absl::StatusOr<DatasetAccuracy> AccuracyToKeep() {
    constexpr char kNeeds[] =
        "option accuracy= needs --dataset F.npz with labels `y`: the top-1 that they give before "
        "and after quantization decides";
    if (!request_.dataset) return RefuseOption(kNeeds);
    ER_ASSIGN_OR_RETURN(DatasetAccuracy accuracy,
                        DatasetAccuracy::Of(request_, kMostJudgedSamples, clock_));
    if (!accuracy.has_labels()) return RefuseOption(kNeeds);
    return accuracy;
  }

  absl::StatusOr<bool> LosesLittle(const DatasetAccuracy& accuracy,
                                   const std::set<std::string>& layers) {
    ER_ASSIGN_OR_RETURN(QuantizedGraph quantized, Quantized(With(layers)));
    ER_ASSIGN_OR_RETURN(const AccuracyFigures after, accuracy.After(quantized.graph));
    lost_points_ = 100 * (*accuracy.before().top1 - *after.top1);
    if (request_.progress) {
      request_.progress("sensitivity: " + std::to_string(*lost_points_) + " points of top-1 lost");
    }
    // Differences of shares carry rounding of their own.
    return *lost_points_ <= *options_.most_lost_points + 1e-9;
  }

  SensitivityBudget Budget() const {
    SensitivityBudget budget;
    budget.wanted = options_.wanted_sqnr_db;
    budget.most_macs = Limits().macs;
    budget.most_time = options_.most_slower;
    budget.kept = KeptType();
    std::optional<double> share = Limits().share;
    const bool asks = budget.wanted || options_.most_lost_points;
    if (Limits().layers) {
      budget.most_layers = static_cast<size_t>(*Limits().layers);
    } else if (!share && !asks && !budget.most_macs && !budget.most_time) {
      share = kDefaultKeptShare;
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
  std::optional<double> lost_points_;  // of top-1, by the form that was judged last
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
