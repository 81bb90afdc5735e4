#include "server/compiler/ptq/quantization_findings.h"

#include <cmath>
#include <cstdio>

namespace edgerack::compiler {
namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

double Deviation(const TensorStatistics& values) {
  const ValueHistogram& h = values.histogram();
  double sum = 0;
  double squares = 0;
  for (int64_t i = h.first(); i <= h.last(); ++i) {
    const auto n = static_cast<double>(h.bins()[static_cast<size_t>(i)]);
    sum += n * h.center(i);
    squares += n * h.center(i) * h.center(i);
  }
  const auto n = static_cast<double>(h.count());
  return std::sqrt(std::max(squares / n - sum / n * (sum / n), 0.0));
}

void FindIslands(const Graph& graph, const QuantizedGraph& quantized,
                 std::vector<Finding>& findings) {
  for (const Node& node : graph.nodes) {
    const TensorId id = MainOutput(node.outputs);
    if (quantized.no_int8_kernel.count(graph.tensor(id).name) == 0) continue;
    findings.push_back({"FLOAT_ISLAND", Severity::kWarning, node.name,
                        "operator " + node.op +
                            " has no int8 kernel for these operands: it computes in float32, "
                            "between conversions",
                        "replace it in the model by operators that docs/operators.md lists with "
                        "int8, or leave it where its time does not matter"});
  }
}

void FindWithoutInt16(const Graph& graph, const QuantizedGraph& quantized,
                      std::vector<Finding>& findings) {
  for (const Node& node : graph.nodes) {
    const std::string& name = graph.tensor(MainOutput(node.outputs)).name;
    if (quantized.no_int16_kernel.count(name) == 0) continue;
    const bool is_float = quantized.no_int8_kernel.count(name) != 0;
    findings.push_back({"NO_INT16_KERNEL", Severity::kWarning, node.name,
                        "operator " + node.op +
                            " has no kernel of int16 activations for these operands: it computes "
                            "in " +
                            (is_float ? "float32" : "int8") + ", between conversions",
                        is_float ? "replace it in the model by operators that docs/operators.md "
                                   "lists with int16"
                                 : "keep it in float32 by --option float." + node.name +
                                       "=on where int8 costs too much accuracy"});
  }
}

void FindUnclear(const Node& node, const TensorStatistics& values, std::vector<Finding>& findings) {
  if (values.not_finite() > 0) {
    findings.push_back({"UNCLEAR_RANGE", Severity::kWarning, node.name,
                        std::to_string(values.not_finite()) +
                            " of its values are NaN or infinite for the calibration's samples: "
                            "it stays float32, and so does what reads it",
                        "look for a division by zero or a logarithm of zero in the model"});
    return;
  }
  if (values.count() == 0) return;
  if (values.min() == values.max()) {
    findings.push_back(
        {"UNCLEAR_RANGE", Severity::kWarning, node.name,
         "calibration saw a single value, " + Number(values.min()) + ": anything else is clamped",
         "calibrate with samples for which this layer has something to say"});
    return;
  }
  const double ratio = (values.max() - values.min()) / Deviation(values);
  if (ratio > kUnclearRatio) {
    findings.push_back({"UNCLEAR_RANGE", Severity::kWarning, node.name,
                        "its values reach from " + Number(values.min()) + " to " +
                            Number(values.max()) + ", " + Number(ratio) +
                            " times their standard deviation: most steps of int8 stay unused",
                        "try --option calibration=percentile, mse or kl, or look for outliers in "
                        "the calibration's samples"});
  }
}

void FindSaturation(const Node& node, const TensorScheme& scheme, DType type,
                    const TensorStatistics& values, std::vector<Finding>& findings) {
  const ValueRange range = CoveredBy(scheme.Grid(type), type);
  const double share = ClampedShare(values, scheme.Grid(type), type);
  if (share <= kSaturatedShare) return;
  findings.push_back({"SATURATED_RANGE", Severity::kWarning, node.name,
                      Number(100 * share) + " % of its values lie outside of " + Number(range.low) +
                          " … " + Number(range.high) + " and are clamped",
                      scheme.method == "fixed"
                          ? "the operator's range is fixed; look at what it computes"
                          : "try --option calibration=minmax or mse"});
}

}  // namespace

void FindInQuantization(const Graph& graph, const ConversionPlan& plan,
                        const GraphStatistics& statistics, const QuantizedGraph& quantized,
                        std::vector<Finding>& findings) {
  FindIslands(graph, quantized, findings);
  FindWithoutInt16(graph, quantized, findings);
  for (const Node& node : graph.nodes) {
    const TensorId id = MainOutput(node.outputs);
    if (id == kNoTensor || !statistics[Index(id)]) continue;
    FindUnclear(node, *statistics[Index(id)], findings);
    const std::string& name = graph.tensor(id).name;
    DType type = PlannedType(graph, node, plan);
    if (quantized.no_int16_kernel.count(name) != 0) type = DType::kS8;
    if (type == DType::kF32 || quantized.no_int8_kernel.count(name) != 0) continue;
    FindSaturation(node, plan.schemes.at(id), type, *statistics[Index(id)], findings);
  }
}

void FindInScan(const SensitivityScan& scan, const ScanContext& context,
                std::vector<Finding>& findings) {
  const bool wide = context.kept == DType::kS16;
  const std::string prefix = wide ? "int16" : "float";
  for (const RankedLayer& layer : scan.layers) {
    if (!layer.chosen) continue;
    findings.push_back(
        {wide ? "KEPT_INT16" : "KEPT_FLOAT", Severity::kInfo, layer.name,
         (wide ? "its activations are int16: alone they raise the outputs' SQNR from "
               : "it computes in float32: alone it raises the outputs' SQNR from ") +
             Number(scan.before) + " to " + Number(layer.alone) + " dB",
         "--quantize int8 makes it int8; options sqnr, accuracy, latency, " + prefix +
             "_layers and " + prefix + "_macs say how many layers are kept"});
  }
  const std::string remedy =
      "allow more by " + prefix + "_layers, " + prefix + "_macs or latency, or ask for less";
  const std::optional<double>& wanted = context.options.wanted_sqnr_db;
  if (wanted && scan.after < *wanted) {
    findings.push_back({"SQNR_NOT_REACHED", Severity::kWarning, "",
                        "the outputs' SQNR is " + Number(scan.after) +
                            " dB, option sqnr asks for " + Number(*wanted),
                        remedy});
  }
  const std::optional<double>& most = context.options.most_lost_points;
  if (!scan.reached && most && context.lost_points && *context.lost_points > *most) {
    findings.push_back({"ACCURACY_NOT_REACHED", Severity::kWarning, "",
                        "the model loses " + Number(*context.lost_points) +
                            " points of top-1 by quantization, option accuracy allows " +
                            Number(*most),
                        remedy});
  }
}

}  // namespace edgerack::compiler
