// Which layers of an int8 model are worth keeping in float32: those that win most at the output.
#ifndef SERVER_COMPILER_PTQ_SENSITIVITY_H_
#define SERVER_COMPILER_PTQ_SENSITIVITY_H_

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/ptq/insert_conversions.h"

namespace edgerack::compiler {

// A quantized form of the model as a whole. Larger is better.
using Judge = std::function<absl::StatusOr<double>(const std::set<std::string>& float_layers)>;

struct SensitivityBudget {
  std::optional<double> wanted;       // as soon as the judge says so much, no more layers are taken
  std::optional<size_t> most_layers;  // that stay float32
  std::optional<double> most_macs;    // share of all MACs in float32; 0..1
};

struct RankedLayer {
  std::string name;    // of the layer
  std::string output;  // its main output's name
  int64_t macs = 0;
  double alone = 0;  // what the judge says with this layer alone in float32
  bool chosen = false;
};

struct SensitivityScan {
  std::vector<RankedLayer> layers;  // best first
  double before = 0, after = 0;     // no layer in float32; the chosen ones
  bool reached = true;              // `wanted`, where that was asked for

  std::set<std::string> Chosen() const;  // outputs' names
};

// Layers that compute (what only moves elements goes with its neighbours) and are planned as int8.
// Each is judged alone, then layers join in the order of what they win until the budget is met, and
// those leave again that are not needed for it. Errors of the judge.
absl::StatusOr<SensitivityScan> ScanSensitivity(const Graph& graph, const ConversionPlan& plan,
                                                const SensitivityBudget& budget,
                                                const Judge& judge);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_SENSITIVITY_H_
