#include "server/compiler/ptq/moved_between.h"

#include <algorithm>
#include <vector>

#include "server/compiler/ops/scale_rules.h"

namespace edgerack::compiler {
namespace {

// What lies on one side of a layer, behind others that only move elements.
enum class Side { kOther, kBorder, kChosen };

class Neighbours {
 public:
  Neighbours(const Graph& graph, const std::set<std::string>& layers)
      : graph_(graph), before_(graph.nodes.size()), behind_(graph.nodes.size()) {
    for (const Node& node : graph.nodes) {
      chosen_.push_back(layers.count(graph.tensor(MainOutput(node.outputs)).name) != 0);
      moves_.push_back(KeepsScale(graph, node));
    }
    for (size_t n = 0; n < graph.nodes.size(); ++n) before_[n] = Before(n);
    for (size_t n = graph.nodes.size(); n-- > 0;) behind_[n] = Behind(n);
  }

  bool Join(size_t n) const {
    return moves_[n] && std::min(before_[n], behind_[n]) >= Side::kBorder &&
           std::max(before_[n], behind_[n]) == Side::kChosen;
  }

 private:
  Side SideOf(size_t n, const std::vector<Side>& beyond) const {
    if (chosen_[n]) return Side::kChosen;
    return moves_[n] ? beyond[n] : Side::kOther;
  }

  Side Before(size_t n) const {
    Side side = Side::kOther;
    for (TensorId id : graph_.nodes[n].inputs) {
      if (id == kNoTensor || graph_.tensor(id).constant()) continue;
      const int producer = graph_.Producer(id);
      side = std::max(
          side, producer < 0 ? Side::kBorder : SideOf(static_cast<size_t>(producer), before_));
    }
    return side;
  }

  Side Behind(size_t n) const {
    Side side = Side::kOther;
    for (TensorId id : graph_.nodes[n].outputs) {
      if (id == kNoTensor) continue;
      if (graph_.IsOutput(id)) side = std::max(side, Side::kBorder);
      for (int reader : graph_.Consumers(id)) {
        side = std::max(side, SideOf(static_cast<size_t>(reader), behind_));
      }
    }
    return side;
  }

  const Graph& graph_;
  std::vector<bool> chosen_, moves_;
  std::vector<Side> before_, behind_;  // by node
};

}  // namespace

std::set<std::string> WithMovedBetween(const Graph& graph, const std::set<std::string>& layers) {
  std::set<std::string> all = layers;
  if (layers.empty()) return all;
  const Neighbours neighbours(graph, layers);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (neighbours.Join(n)) all.insert(graph.tensor(MainOutput(graph.nodes[n].outputs)).name);
  }
  return all;
}

}  // namespace edgerack::compiler
