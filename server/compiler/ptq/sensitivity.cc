#include "server/compiler/ptq/sensitivity.h"

#include <algorithm>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/scale_rules.h"

namespace edgerack::compiler {
namespace {

int64_t MacsOf(const Graph& graph, const Node& node) {
  const OpDef* op = FindOp(node.op);
  return op->macs == nullptr ? 0 : op->macs(graph, node);
}

std::vector<RankedLayer> Candidates(const Graph& graph, const ConversionPlan& plan) {
  std::vector<RankedLayer> layers;
  for (const Node& node : graph.nodes) {
    if (!IsPlannedInt8(graph, node, plan) || KeepsScale(graph, node)) continue;
    layers.push_back({node.name, graph.tensor(MainOutput(node.outputs)).name, MacsOf(graph, node)});
  }
  return layers;
}

class Scan {
 public:
  Scan(const SensitivityBudget& budget, const Judge& judge, std::vector<RankedLayer> layers)
      : budget_(budget), judge_(judge) {
    scan_.layers = std::move(layers);
    for (const RankedLayer& layer : scan_.layers) all_macs_ += layer.macs;
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
    if (budget_.wanted) ER_RETURN_IF_ERROR(Leave());
    scan_.reached = !budget_.wanted || scan_.after >= *budget_.wanted;
    return std::move(scan_);
  }

 private:
  bool Met() const { return budget_.wanted && scan_.after >= *budget_.wanted; }

  bool Fits(const RankedLayer& layer) const {
    size_t count = 1;
    int64_t macs = layer.macs;
    for (const RankedLayer& other : scan_.layers) {
      count += other.chosen ? 1 : 0;
      macs += other.chosen ? other.macs : 0;
    }
    if (budget_.most_layers && count > *budget_.most_layers) return false;
    return !budget_.most_macs ||
           static_cast<double>(macs) <= *budget_.most_macs * static_cast<double>(all_macs_);
  }

  absl::Status Join() {
    for (RankedLayer& layer : scan_.layers) {
      if (Met()) break;
      if (!Fits(layer)) continue;
      layer.chosen = true;
      ER_ASSIGN_OR_RETURN(scan_.after, judge_(scan_.Chosen()));
    }
    return absl::OkStatus();
  }

  // What won least leaves first.
  absl::Status Leave() {
    if (!Met()) return absl::OkStatus();
    for (auto layer = scan_.layers.rbegin(); layer != scan_.layers.rend(); ++layer) {
      if (!layer->chosen) continue;
      layer->chosen = false;
      ER_ASSIGN_OR_RETURN(const double without, judge_(scan_.Chosen()));
      layer->chosen = without < *budget_.wanted;
      if (!layer->chosen) scan_.after = without;
    }
    return absl::OkStatus();
  }

  const SensitivityBudget& budget_;
  const Judge& judge_;
  SensitivityScan scan_;
  int64_t all_macs_ = 0;
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
  return Scan(budget, judge, Candidates(graph, plan)).Run();
}

}  // namespace edgerack::compiler
