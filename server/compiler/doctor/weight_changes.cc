// What else may have stood where the weights belong: nothing yet, erased flash, another rounding,
// another order.
#include <algorithm>
#include <cmath>

#include "server/compiler/doctor/hypothesis.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler::doctor {
namespace {

constexpr size_t kMostLayers = 64;

bool IsWeights(const Graph& graph, TensorId id) {
  return id != kNoTensor && graph.tensor(id).constant() && graph.tensor(id).shape.size() >= 2;
}

// Operands of a layer with multiply-accumulates that are constants: weights, and the biases.
std::vector<size_t> ConstantOperands(const Graph& graph, const Node& node, bool biases) {
  std::vector<size_t> list;
  const OpDef* op = FindOp(node.op);
  if (op == nullptr || op->macs == nullptr) return list;
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    const TensorId id = node.inputs[i];
    if (id == kNoTensor || !graph.tensor(id).constant()) continue;
    if (IsWeights(graph, id) || biases) list.push_back(i);
  }
  return list;
}

std::vector<size_t> LayersWithWeights(const Graph& graph) {
  std::vector<size_t> layers;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!ConstantOperands(graph, graph.nodes[n], false).empty()) layers.push_back(n);
  }
  return layers;
}

// Gives operand `i` of the node constants of its own.
void Replace(Graph& graph, size_t node, size_t i, std::string data,
             const Quantization* quantization = nullptr) {
  Tensor tensor = graph.tensor(graph.nodes[node].inputs[i]);
  tensor.data = std::make_shared<const std::string>(std::move(data));
  if (quantization != nullptr) tensor.quantization = *quantization;
  graph.nodes[node].inputs[i] = graph.Add(std::move(tensor));
}

std::string LayerText(const Graph& graph, size_t node) {
  return "layer '" + graph.nodes[node].name + "'";
}

struct Fill {
  char byte;
  bool biases;
  const char* what;
};
constexpr Fill kFills[] = {{'\0', true, "zeros instead of weights and biases"},
                           {'\0', false, "zeros instead of weights"},
                           {'\xFF', true, "erased flash (0xFF) instead of weights and biases"},
                           {'\xFF', false, "erased flash (0xFF) instead of weights"}};

const char kReload[] =
    "Program the weights again and verify them (the file that belongs to this "
    "build; external flash mapped before the first inference).";

WeightChange Filled(const std::vector<size_t>& nodes, const Fill& fill, const std::string& where) {
  WeightChange change;
  change.code = "STALE_WEIGHTS";
  change.what = where + " had " + fill.what;
  change.fix = kReload;
  change.change = [nodes, fill](const Graph& graph) -> std::optional<Graph> {
    Graph changed = graph;
    for (size_t n : nodes) {
      for (size_t i : ConstantOperands(graph, graph.nodes[n], fill.biases)) {
        const size_t bytes = graph.tensor(graph.nodes[n].inputs[i]).data->size();
        Replace(changed, n, i, std::string(bytes, fill.byte));
      }
    }
    return changed;
  };
  return change;
}

void AddFills(const Graph& graph, std::vector<WeightChange>& list) {
  const std::vector<size_t> layers = LayersWithWeights(graph);
  if (layers.empty() || layers.size() > kMostLayers) return;
  for (const Fill& fill : kFills) {
    list.push_back(Filled(layers, fill, "every layer"));
    for (size_t k = 0; k < layers.size(); ++k) {
      list.push_back(Filled({layers[k]}, fill, LayerText(graph, layers[k])));
      const auto at = layers.begin() + static_cast<std::ptrdiff_t>(k);
      if (k > 0 && k + 1 < layers.size()) {
        list.push_back(Filled({at, layers.end()}, fill,
                              "every layer from '" + graph.nodes[*at].name + "' on"));
        list.push_back(Filled({layers.begin(), at + 1}, fill,
                              "every layer up to '" + graph.nodes[*at].name + "'"));
      }
    }
  }
  // A model without its biases.
  WeightChange biases;
  biases.code = "STALE_WEIGHTS";
  biases.what = "every layer had zeros instead of its bias";
  biases.fix = kReload;
  biases.change = [layers](const Graph& from) -> std::optional<Graph> {
    Graph changed = from;
    bool any = false;
    for (size_t n : layers) {
      for (size_t i : ConstantOperands(from, from.nodes[n], true)) {
        if (IsWeights(from, from.nodes[n].inputs[i])) continue;
        Replace(changed, n, i,
                std::string(from.tensor(from.nodes[n].inputs[i]).data->size(), '\0'));
        any = true;
      }
    }
    if (!any) return std::nullopt;
    return changed;
  };
  list.push_back(std::move(biases));
}

// One scale for all channels of an int8 layer: the values rounded again, or only the scales
// replaced by the first one.
bool MakePerTensor(const Graph& from, Graph& changed, size_t n, bool round_again) {
  const Node& node = from.nodes[n];
  if (node.inputs.size() < 2 || !IsWeights(from, node.inputs[1])) return false;
  const Tensor& w = from.tensor(node.inputs[1]);
  const Quantization& q = w.quantization;
  if (w.dtype != DType::kS8 || q.scales.size() < 2) return false;
  Quantization one;
  one.scales = {round_again ? *std::max_element(q.scales.begin(), q.scales.end()) : q.scales[0]};
  one.zero_points = {0};
  int64_t inner = 1;
  for (size_t d = static_cast<size_t>(q.axis) + 1; d < w.shape.size(); ++d) inner *= w.shape[d];
  const int64_t channels = static_cast<int64_t>(q.scales.size());
  std::string data = *w.data;
  for (size_t i = 0; round_again && i < data.size(); ++i) {
    const size_t c = static_cast<size_t>(static_cast<int64_t>(i) / inner % channels);
    const double value = static_cast<int8_t>(data[i]) * double{q.scales[c]} / one.scales[0];
    data[i] = static_cast<char>(static_cast<int8_t>(std::clamp(std::round(value), -127.0, 127.0)));
  }
  Replace(changed, n, 1, std::move(data), &one);
  if (node.inputs.size() > 2 && node.inputs[2] != kNoTensor) {
    const Tensor& b = from.tensor(node.inputs[2]);
    if (b.constant() && b.dtype == DType::kS32 && b.elements() == channels) {
      std::string bias;
      for (size_t c = 0; c < q.scales.size(); ++c) {
        const double value = LoadElement<int32_t>(*b.data, c);
        const double scaled = round_again ? value * q.scales[c] / one.scales[0] : value;
        AppendElement(bias, static_cast<int32_t>(
                                std::clamp(std::round(scaled), -2147483648.0, 2147483647.0)));
      }
      Quantization quantization = b.quantization;
      if (quantization.scales.size() > 1) {
        quantization.scales = {quantization.scales[0] / q.scales[0] * one.scales[0]};
        quantization.zero_points = {0};
      }
      Replace(changed, n, 2, std::move(bias), &quantization);
    }
  }
  return true;
}

// Float weights as int8 with one scale per tensor would hold them.
bool RoundFloats(const Graph& from, Graph& changed, size_t n) {
  bool any = false;
  for (size_t i : ConstantOperands(from, from.nodes[n], false)) {
    const Tensor& w = from.tensor(from.nodes[n].inputs[i]);
    if (w.dtype != DType::kF32) continue;
    const size_t count = static_cast<size_t>(w.elements());
    float largest = 0;
    for (size_t k = 0; k < count; ++k) {
      largest = std::max(largest, std::fabs(LoadElement<float>(*w.data, k)));
    }
    if (largest == 0) continue;
    const float scale = largest / 127.0f;
    std::string data;
    for (size_t k = 0; k < count; ++k) {
      AppendElement(data, scale * std::round(LoadElement<float>(*w.data, k) / scale));
    }
    Replace(changed, n, i, std::move(data));
    any = true;
  }
  return any;
}

void AddPerTensor(const Graph& graph, std::vector<WeightChange>& list) {
  const std::vector<size_t> layers = LayersWithWeights(graph);
  const char* fix =
      "Quantize weights with a scale per output channel, and use every channel's own "
      "multiplier when scaling back.";
  auto add = [&](const std::string& what, bool (*change)(const Graph&, Graph&, size_t)) {
    WeightChange w;
    w.code = "PER_TENSOR_WEIGHTS";
    w.what = what;
    w.fix = fix;
    w.change = [layers, change](const Graph& from) -> std::optional<Graph> {
      Graph changed = from;
      bool any = false;
      for (size_t n : layers) any = change(from, changed, n) || any;
      if (!any) return std::nullopt;
      return changed;
    };
    list.push_back(std::move(w));
  };
  add("the weights were rounded to one scale per tensor",
      [](const Graph& f, Graph& c, size_t n) { return MakePerTensor(f, c, n, true); });
  add("the first channel's scale was used for all channels",
      [](const Graph& f, Graph& c, size_t n) { return MakePerTensor(f, c, n, false); });
  add("the float32 weights were rounded to int8 with one scale per tensor", RoundFloats);
}

void AddByteOrder(const Graph& graph, std::vector<WeightChange>& list) {
  const std::vector<size_t> layers = LayersWithWeights(graph);
  WeightChange w;
  w.code = "BYTE_ORDER";
  w.what = "the weights' and biases' numbers had their bytes in reverse (big-endian)";
  w.fix = "Store the weights little-endian, as the model file has them.";
  w.change = [layers](const Graph& from) -> std::optional<Graph> {
    Graph changed = from;
    bool any = false;
    for (size_t n : layers) {
      for (size_t i : ConstantOperands(from, from.nodes[n], true)) {
        const Tensor& t = from.tensor(from.nodes[n].inputs[i]);
        const std::ptrdiff_t width = static_cast<std::ptrdiff_t>(DTypeBytes(t.dtype));
        if (width == 1) continue;
        std::string data = *t.data;
        for (auto at = data.begin(); at != data.end(); at += width) std::reverse(at, at + width);
        Replace(changed, n, i, std::move(data));
        any = true;
      }
    }
    if (!any) return std::nullopt;
    return changed;
  };
  list.push_back(std::move(w));
}

// The shape behind which a fully connected layer's input was flattened; empty where it was not.
Shape FlattenedFrom(const Graph& graph, const Node& node) {
  const int producer = graph.Producer(node.inputs[0]);
  if (producer < 0 || graph.nodes[static_cast<size_t>(producer)].op != "reshape") return {};
  return graph.tensor(graph.nodes[static_cast<size_t>(producer)].inputs[0]).shape;
}

// A flattened feature map meets weights of the other order.
void AddFlattenOrder(const Graph& graph, std::vector<WeightChange>& list) {
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (node.op != "fully_connected" || !IsWeights(graph, node.inputs[1])) continue;
    const Shape s = FlattenedFrom(graph, node);
    const Tensor& w = graph.tensor(node.inputs[1]);
    const int64_t columns = w.shape.back();
    if (s.size() != 4 || s[3] == 1 || s[1] * s[2] == 1) continue;
    if (int64_t{s[1]} * s[2] * s[3] != columns) continue;
    for (const bool to_first : {true, false}) {
      WeightChange change;
      change.code = "LAYOUT_NCHW_NHWC";
      change.what = "the feature map before " + LayerText(graph, n) +
                    " was flattened in another order (channels " + (to_first ? "first" : "last") +
                    ") than its weights expect";
      change.fix =
          "Reorder that layer's weights when the layout changes, or transpose before the "
          "flatten.";
      change.change = [n, s, to_first, columns](const Graph& from) -> std::optional<Graph> {
        Graph changed = from;
        const Tensor& t = from.tensor(from.nodes[n].inputs[1]);
        const size_t width = static_cast<size_t>(DTypeBytes(t.dtype));
        std::string data = *t.data;
        const int64_t hw = int64_t{s[1]} * s[2], c = s[3];
        for (int64_t row = 0; row < t.elements() / columns; ++row) {
          for (int64_t p = 0; p < hw; ++p) {
            for (int64_t k = 0; k < c; ++k) {
              const int64_t last = row * columns + p * c + k, first = row * columns + k * hw + p;
              const size_t to = static_cast<size_t>(to_first ? last : first) * width;
              const size_t at = static_cast<size_t>(to_first ? first : last) * width;
              data.replace(to, width, *t.data, at, width);
            }
          }
        }
        Replace(changed, n, 1, std::move(data));
        return changed;
      };
      list.push_back(std::move(change));
    }
  }
}

}  // namespace

std::vector<WeightChange> AllWeightChanges(const Graph& graph) {
  std::vector<WeightChange> list;
  AddPerTensor(graph, list);
  AddByteOrder(graph, list);
  AddFlattenOrder(graph, list);
  AddFills(graph, list);
  return list;
}

}  // namespace edgerack::compiler::doctor
