#include "server/compiler/ptq/scheme.h"

#include <numeric>

#include "server/compiler/ops/scale_rules.h"

namespace edgerack::compiler {
namespace {

constexpr int kInt8Levels = 256;
constexpr int kInt16Levels = 65536;

// Of int8; with int16 all of them are kInt16Unit.
const Quantization kInt16Unit = {{1.0f / 32768}, {0}, 0};

// softmax and the logistic function give 0 … 1, tanh -1 … 1, whatever calibration saw.
std::optional<Quantization> FixedGrid(const Node& node) {
  const std::string fn = node.op == "unary" ? node.Text("fn") : node.op;
  if (fn == "softmax" || fn == "sigmoid") return Quantization{{1.0f / 256}, {-128}, 0};
  if (fn == "tanh") return Quantization{{1.0f / 128}, {0}, 0};
  return std::nullopt;
}

// Sets of tensors that share a grid.
class Groups {
 public:
  explicit Groups(size_t tensors) : parent_(tensors) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  size_t Root(size_t i) const {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }
  void Join(TensorId a, TensorId b) { parent_[Root(Index(b))] = Root(Index(a)); }

 private:
  std::vector<size_t> parent_;
};

bool IsActivation(const Tensor& t) { return t.dtype == DType::kF32 && !t.constant(); }

class Scheme {
 public:
  Scheme(const Graph& graph, const GraphStatistics& statistics)
      : graph_(graph), statistics_(statistics), groups_(graph.tensors.size()) {}

  std::map<TensorId, TensorScheme> Choose(const RangeMethod& method, const RangeOptions& options) {
    JoinMoved();
    FixGrids();
    JoinConcatenated();
    return GridOfEach(method, options);
  }

 private:
  void JoinMoved() {
    for (const Node& node : graph_.nodes) {
      if (node.op == "concat" || !KeepsScale(graph_, node)) continue;
      if (IsActivation(graph_.tensor(node.inputs[0])))
        groups_.Join(node.inputs[0], node.outputs[0]);
    }
  }

  void FixGrids() {
    for (const Node& node : graph_.nodes) {
      if (auto grid = FixedGrid(node)) fixed_[groups_.Root(Index(node.outputs[0]))] = *grid;
    }
  }

  // A part whose steps are fixed keeps them and is requantized.
  void JoinConcatenated() {
    for (const Node& node : graph_.nodes) {
      if (node.op != "concat") continue;
      for (TensorId part : node.inputs) {
        if (!IsActivation(graph_.tensor(part)) || IsFixed(part) || IsFixed(node.outputs[0])) {
          continue;
        }
        groups_.Join(node.outputs[0], part);
      }
    }
  }

  bool IsFixed(TensorId id) const { return fixed_.count(groups_.Root(Index(id))) != 0; }

  std::map<TensorId, TensorScheme> GridOfEach(const RangeMethod& method,
                                              const RangeOptions& options) const {
    std::map<size_t, TensorScheme> by_root;
    for (size_t i = 0; i < graph_.tensors.size(); ++i) {
      if (!statistics_[i]) continue;
      auto [scheme, added] = by_root.try_emplace(groups_.Root(i));
      scheme->second.values.Merge(*statistics_[i]);
    }
    for (auto& [root, scheme] : by_root) {
      const auto fixed = fixed_.find(root);
      scheme.method = fixed != fixed_.end() ? "fixed" : method.name;
      if (fixed != fixed_.end()) {
        scheme.grid = fixed->second;
        scheme.int16_grid = kInt16Unit;
      } else if (scheme.values.count() > 0) {
        scheme.grid = ActivationGrid(method.range(scheme.values, kInt8Levels, options));
        scheme.int16_grid = Int16Grid(method.range(scheme.values, kInt16Levels, options));
      }
    }
    std::map<TensorId, TensorScheme> schemes;
    for (size_t i = 0; i < graph_.tensors.size(); ++i) {
      if (!statistics_[i]) continue;
      const TensorScheme& scheme = by_root.at(groups_.Root(i));
      if (scheme.values.not_finite() == 0 && scheme.values.count() > 0) {
        schemes[static_cast<TensorId>(i)] = scheme;
      }
    }
    return schemes;
  }

  const Graph& graph_;
  const GraphStatistics& statistics_;
  Groups groups_;
  std::map<size_t, Quantization> fixed_;
};

}  // namespace

double ClampedShare(const TensorStatistics& values, const Quantization& grid, DType dtype) {
  const ValueRange covered = CoveredBy(grid, dtype);
  const double step = static_cast<double>(grid.scales[0]);
  return values.ShareOutside(covered.low - step, covered.high + step);
}

std::map<TensorId, TensorScheme> ChooseGrids(const Graph& graph, const GraphStatistics& statistics,
                                             const RangeMethod& method,
                                             const RangeOptions& options) {
  return Scheme(graph, statistics).Choose(method, options);
}

}  // namespace edgerack::compiler
