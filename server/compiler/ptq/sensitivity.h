// Which layers of an int8 model are worth keeping in float32, or in int16: those that win most at
// the output.
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

// A quantized form of the model as a whole, by the layers that are kept. Larger is better.
using Judge = std::function<absl::StatusOr<double>(const std::set<std::string>& kept)>;
// Whether such a form is good enough by another measure, which costs more to take.
using Enough = std::function<absl::StatusOr<bool>(const std::set<std::string>& kept)>;

struct SensitivityBudget {
  // As soon as the judge says so much and the form is good enough, no more layers are taken;
  // without either, as many as the limits allow and win something.
  std::optional<double> wanted;
  Enough enough;
  std::optional<size_t> most_layers;  // that are kept
  std::optional<double> most_macs;    // share of all MACs in kept layers; 0..1
  std::optional<double> most_time;    // by which the model gets slower, estimated; 0.1: 10 %
  DType kept = DType::kF32;           // or kS16: what kept layers compute in
};

struct RankedLayer {
  std::string name;    // of the layer
  std::string output;  // its main output's name
  int64_t macs = 0;
  double int8_cycles = 0, kept_cycles = 0;  // estimated
  double alone = 0;                         // what the judge says with this layer alone kept
  bool chosen = false;
};

struct SensitivityScan {
  std::vector<RankedLayer> layers;  // best first
  double before = 0, after = 0;     // no layer kept; the chosen ones
  bool reached = true;              // what was wanted
  double slower = 0;                // as most_time, of the chosen layers, by CyclesPerMac()

  std::set<std::string> Chosen() const;  // outputs' names
};

// Layers that compute (what only moves elements goes with its neighbours) and are planned as int8.
// Each is judged alone, then layers join in the order of what they win until the budget is met, and
// those leave again that are not needed for it. Errors of the judges.
absl::StatusOr<SensitivityScan> ScanSensitivity(const Graph& graph, const ConversionPlan& plan,
                                                const SensitivityBudget& budget,
                                                const Judge& judge);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_SENSITIVITY_H_
