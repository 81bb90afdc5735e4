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

void FindSaturation(const Node& node, const TensorScheme& scheme, const TensorStatistics& values,
                    std::vector<Finding>& findings) {
  const ValueRange range = CoveredBy(scheme.grid);
  const double share = ClampedShare(values, scheme.grid);
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
  for (const Node& node : graph.nodes) {
    const TensorId id = MainOutput(node.outputs);
    if (id == kNoTensor || !statistics[Index(id)]) continue;
    FindUnclear(node, *statistics[Index(id)], findings);
    if (!IsPlannedInt8(graph, node, plan) ||
        quantized.no_int8_kernel.count(graph.tensor(id).name) != 0) {
      continue;
    }
    FindSaturation(node, plan.schemes.at(id), *statistics[Index(id)], findings);
  }
}

void FindInScan(const SensitivityScan& scan, const PtqOptions& options,
                std::vector<Finding>& findings) {
  for (const RankedLayer& layer : scan.layers) {
    if (!layer.chosen) continue;
    findings.push_back({"KEPT_FLOAT", Severity::kInfo, layer.name,
                        "it computes in float32: alone it raises the outputs' SQNR from " +
                            Number(scan.before) + " to " + Number(layer.alone) + " dB",
                        "--quantize int8 makes it int8; options sqnr, float_layers and float_macs "
                        "say how many layers stay float32"});
  }
  if (scan.reached) return;
  findings.push_back({"SQNR_NOT_REACHED", Severity::kWarning, "",
                      "the outputs' SQNR is " + Number(scan.after) + " dB, option sqnr asks for " +
                          Number(*options.wanted_sqnr_db),
                      "allow more float32 by float_layers or float_macs, or ask for less"});
}

}  // namespace edgerack::compiler
