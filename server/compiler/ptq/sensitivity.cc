#include "server/compiler/ptq/sensitivity.h"

#include <algorithm>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/scale_rules.h"
#include "server/compiler/ptq/mac_cycles.h"

namespace edgerack::compiler {
namespace {

int64_t MacsOf(const Graph& graph, const Node& node) {
  const OpDef* op = FindOp(node.op);
  return op->macs == nullptr ? 0 : op->macs(graph, node);
}

std::vector<RankedLayer> Candidates(const Graph& graph, const ConversionPlan& plan, DType kept) {
  std::vector<RankedLayer> layers;
  for (const Node& node : graph.nodes) {
    if (PlannedType(graph, node, plan) != DType::kS8 || KeepsScale(graph, node)) continue;
    RankedLayer layer;
    layer.name = node.name;
    layer.output = graph.tensor(MainOutput(node.outputs)).name;
    layer.macs = MacsOf(graph, node);
    layer.int8_cycles = static_cast<double>(layer.macs) * CyclesPerMac(node.op, DType::kS8);
    layer.kept_cycles = static_cast<double>(layer.macs) * CyclesPerMac(node.op, kept);
    layers.push_back(std::move(layer));
  }
  return layers;
}

class Scan {
 public:
  Scan(const SensitivityBudget& budget, const Judge& judge, std::vector<RankedLayer> layers)
      : budget_(budget), judge_(judge) {
    scan_.layers = std::move(layers);
    for (const RankedLayer& layer : scan_.layers) {
      all_macs_ += layer.macs;
      all_cycles_ += layer.int8_cycles;
    }
  }

  absl::StatusOr<SensitivityScan> Run() {
    ER_ASSIGN_OR_RETURN(scan_.before, judge_({}));
    scan_.after = scan_.before;
    for (RankedLayer& layer : scan_.layers) {
      ER_ASSIGN_OR_RETURN(layer.alone, judge_({layer.output}));
    }
    std::stable_sort(scan_.layers.begin(), scan_.layers.end(),
                     [](const RankedLayer& a, const RankedLayer& b) { return a.alone > b.alone; });
    ER_RETURN_IF_ERROR(Join());
    if (Asks() && met_) ER_RETURN_IF_ERROR(Leave());
    scan_.reached = !Asks() || met_;
    for (const RankedLayer& layer : scan_.layers) scan_.slower += layer.chosen ? Slows(layer) : 0;
    return std::move(scan_);
  }

 private:
  bool Asks() const { return budget_.wanted || budget_.enough; }

  // Whether the chosen layers, which the judge gave `figure`, meet what is asked for.
  absl::StatusOr<bool> Meet(double figure) const {
    if (!Asks() || (budget_.wanted && figure < *budget_.wanted)) return false;
    return budget_.enough ? budget_.enough(scan_.Chosen()) : true;
  }

  // Of the model's time, by keeping the layer.
  double Slows(const RankedLayer& layer) const {
    return all_cycles_ > 0 ? (layer.kept_cycles - layer.int8_cycles) / all_cycles_ : 0;
  }

  bool Fits(const RankedLayer& layer) const {
    size_t count = 1;
    int64_t macs = layer.macs;
    double slower = Slows(layer);
    for (const RankedLayer& other : scan_.layers) {
      if (!other.chosen) continue;
      ++count;
      macs += other.macs;
      slower += Slows(other);
    }
    if (budget_.most_layers && count > *budget_.most_layers) return false;
    if (budget_.most_time && slower > *budget_.most_time) return false;
    return !budget_.most_macs ||
           static_cast<double>(macs) <= *budget_.most_macs * static_cast<double>(all_macs_);
  }

  absl::Status Join() {
    ER_ASSIGN_OR_RETURN(met_, Meet(scan_.before));
    for (RankedLayer& layer : scan_.layers) {
      if (met_) break;
      if (!Fits(layer)) continue;
      layer.chosen = true;
      ER_ASSIGN_OR_RETURN(const double with, judge_(scan_.Chosen()));
      // Within limits alone nothing is taken that wins nothing.
      layer.chosen = Asks() || with > scan_.after;
      if (!layer.chosen) continue;
      scan_.after = with;
      ER_ASSIGN_OR_RETURN(met_, Meet(scan_.after));
    }
    return absl::OkStatus();
  }

  // What won least leaves first.
  absl::Status Leave() {
    for (auto layer = scan_.layers.rbegin(); layer != scan_.layers.rend(); ++layer) {
      if (!layer->chosen) continue;
      layer->chosen = false;
      ER_ASSIGN_OR_RETURN(const double without, judge_(scan_.Chosen()));
      ER_ASSIGN_OR_RETURN(const bool still_met, Meet(without));
      layer->chosen = !still_met;
      if (still_met) scan_.after = without;
    }
    return absl::OkStatus();
  }

  const SensitivityBudget& budget_;
  const Judge& judge_;
  SensitivityScan scan_;
  int64_t all_macs_ = 0;
  double all_cycles_ = 0;
  bool met_ = false;
};

}  // namespace

std::set<std::string> SensitivityScan::Chosen() const {
  std::set<std::string> chosen;
  for (const RankedLayer& layer : layers) {
    if (layer.chosen) chosen.insert(layer.output);
  }
  return chosen;
}

absl::StatusOr<SensitivityScan> ScanSensitivity(const Graph& graph, const ConversionPlan& plan,
                                                const SensitivityBudget& budget,
                                                const Judge& judge) {
  return Scan(budget, judge, Candidates(graph, plan, budget.kept)).Run();
}

}  // namespace edgerack::compiler
