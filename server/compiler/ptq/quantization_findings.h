// What a user should know about a model that was quantized here.
#ifndef SERVER_COMPILER_PTQ_QUANTIZATION_FINDINGS_H_
#define SERVER_COMPILER_PTQ_QUANTIZATION_FINDINGS_H_

#include <vector>

#include "server/compiler/ir/finding.h"
#include "server/compiler/ptq/options.h"
#include "server/compiler/ptq/quantize_graph.h"
#include "server/compiler/ptq/sensitivity.h"

namespace edgerack::compiler {

// More than this share of a layer's calibration values outside of its range is SATURATED_RANGE.
inline constexpr double kSaturatedShare = 0.01;
// Ranges so many times wider than the values' standard deviation leave most steps unused.
inline constexpr double kUnclearRatio = 100;

// FLOAT_ISLAND        a layer without an int8 kernel for its operands
// NO_INT16_KERNEL     a layer that was to have int16 activations and has no such kernel
// SATURATED_RANGE     the range clamps more than kSaturatedShare of the values
// UNCLEAR_RANGE       one value or none, NaN or infinity, or a range that a few values stretch
void FindInQuantization(const Graph& graph, const ConversionPlan& plan,
                        const GraphStatistics& statistics, const QuantizedGraph& quantized,
                        std::vector<Finding>& findings);

struct ScanContext {
  const PtqOptions& options;
  DType kept;                         // what the scan keeps layers in
  std::optional<double> lost_points;  // of top-1, where that was asked for and looked at
};

// SQNR_NOT_REACHED      all layers that the budget allows are kept and it is not enough
// ACCURACY_NOT_REACHED  the same of top-1
// KEPT_FLOAT            a layer that the scan chose, with what it wins
// KEPT_INT16            the same of int16 activations
void FindInScan(const SensitivityScan& scan, const ScanContext& context,
                std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_QUANTIZATION_FINDINGS_H_
