// binary-layers: convolutions and matrix products of bits with weights of one magnitude become
// binary ones. What such a layer gives is the integer sum of products of -1 and +1; the weights'
// magnitude and the bias follow as layers of their own, which binary-thresholds may take in.
// Exact where the magnitude is 1: float32 holds such sums.
#include <cmath>
#include <optional>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/passes/bit_source.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

struct SignWeights {
  Tensor bits;                   // [rows, columns]
  std::vector<float> magnitude;  // per output channel
};

// The weights as rows of bits; nothing where a channel has weights of different magnitude.
std::optional<SignWeights> SignsOf(const Tensor& w, int32_t rows, int32_t columns,
                                   bool channel_is_column) {
  const auto channels = static_cast<size_t>(channel_is_column ? columns : rows);
  SignWeights signs;
  signs.magnitude.assign(channels, 0);
  const int32_t words = (columns + 31) / 32;
  std::vector<uint32_t> bits(static_cast<size_t>(rows) * static_cast<size_t>(words), 0);
  for (int32_t r = 0; r < rows; ++r) {
    for (int32_t c = 0; c < columns; ++c) {
      const float value = LoadElement<float>(
          *w.data, static_cast<size_t>(r) * static_cast<size_t>(columns) + static_cast<size_t>(c));
      float& magnitude = signs.magnitude[static_cast<size_t>(channel_is_column ? c : r)];
      if (magnitude == 0) magnitude = std::fabs(value);
      if (!std::isfinite(value) || value == 0 || std::fabs(value) != magnitude) return std::nullopt;
      if (value > 0) bits[static_cast<size_t>(r * words + c / 32)] |= 1u << (c % 32);
    }
  }
  signs.bits.name = w.name;
  signs.bits.dtype = DType::kS1;
  signs.bits.shape = {rows, columns};
  signs.bits.data = std::make_shared<const std::string>(BytesOf(bits));
  return signs;
}

// Nodes that take the place of one: each writes a tensor of its own, the last one the old output.
class Replacement {
 public:
  Replacement(Graph& graph, size_t n) : graph_(graph), n_(n), old_(graph.nodes[n]) {}

  TensorId Append(const std::string& op, std::vector<TensorId> inputs,
                  std::map<std::string, AttributeValue> attributes, DType dtype, Shape shape) {
    Tensor y;
    y.name = old_.name + "." + op;
    y.dtype = dtype;
    y.shape = std::move(shape);
    Node node;
    node.name = old_.name;
    node.op = op;
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    node.fused_from = old_.fused_from;
    node.outputs = {graph_.Add(std::move(y))};
    nodes_.push_back(std::move(node));
    return nodes_.back().outputs[0];
  }

  TensorId Reshaped(TensorId x, const Shape& shape) {
    if (graph_.tensor(x).shape == shape) return x;
    return Append("reshape", {x}, {{"shape", std::vector<int64_t>(shape.begin(), shape.end())}},
                  graph_.tensor(x).dtype, shape);
  }

  void Finish() {
    nodes_.back().outputs = old_.outputs;
    const auto at = graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n_);
    graph_.nodes.insert(graph_.nodes.erase(at), nodes_.begin(), nodes_.end());
  }

 private:
  Graph& graph_;
  size_t n_;
  Node old_;
  std::vector<Node> nodes_;
};

// times the weights' magnitude, plus the bias
void AppendScaleAndBias(Graph& graph, const Node& layer, const SignWeights& signs, TensorId sums,
                        Replacement& made) {
  const Shape shape = graph.tensor(layer.outputs[0]).shape;
  TensorId y = made.Reshaped(sums, shape);
  const bool scaled = std::any_of(signs.magnitude.begin(), signs.magnitude.end(),
                                  [](float magnitude) { return magnitude != 1; });
  if (scaled) {
    Tensor scale;
    scale.name = signs.bits.name + ".magnitude";
    scale.shape = {static_cast<int32_t>(signs.magnitude.size())};
    scale.data = std::make_shared<const std::string>(BytesOf(signs.magnitude));
    const TensorId id = graph.Add(std::move(scale));
    y = made.Append("binary", {y, id}, {{"fn", std::string("mul")}}, DType::kF32, shape);
  }
  if (layer.inputs.size() > 2 && layer.inputs[2] != kNoTensor) {
    made.Append("binary", {y, layer.inputs[2]}, {{"fn", std::string("add")}}, DType::kF32, shape);
  }
  made.Finish();
}

bool HasFloatWeights(const Graph& graph, const Node& node) {
  const Tensor& w = graph.tensor(node.inputs[1]);
  return w.constant() && w.dtype == DType::kF32 &&
         graph.tensor(node.outputs[0]).dtype == DType::kF32 && node.Text("act", "none") == "none";
}

bool ReplaceConvolution(Graph& graph, size_t n) {
  const Node node = graph.nodes[n];
  const bool depthwise = node.op == "depthwise_conv2d";
  if (node.op != "conv2d" && !depthwise) return false;
  if (!HasFloatWeights(graph, node) || node.Int("groups", 1) != 1) return false;
  const std::optional<BitSource> source = BitsBehind(graph, node.inputs[0]);
  if (!source || graph.tensor(source->bits).shape.size() != 4) return false;
  const Shape w = graph.tensor(node.inputs[1]).shape;
  const int32_t in_c = graph.tensor(source->bits).shape[3];
  if (depthwise && w[3] != in_c) return false;
  const auto signs = depthwise
                         ? SignsOf(graph.tensor(node.inputs[1]), w[1] * w[2], in_c, true)
                         : SignsOf(graph.tensor(node.inputs[1]), w[0], w[1] * w[2] * in_c, false);
  if (!signs) return false;
  std::map<std::string, AttributeValue> attributes = node.attributes;
  for (const char* key : {"act", "groups", kAsymmetricInputs.name}) attributes.erase(key);
  attributes["kernel_h"] = int64_t{w[1]};
  attributes["kernel_w"] = int64_t{w[2]};
  const char* keys[] = {"pad_top", "pad_bottom", "pad_left", "pad_right"};
  for (size_t i = 0; i < 4; ++i) {
    // The convolution's own padding is zero.
    if (source->outside != 0 && node.Int(keys[i]) != 0) return false;
    const int64_t pad = node.Int(keys[i]) + source->pads[i];
    if (pad != 0) attributes[keys[i]] = pad;
  }
  if (source->outside != 0) attributes["outside"] = source->outside;
  Replacement made(graph, n);
  const TensorId weights = graph.Add(signs->bits);
  const TensorId sums = made.Append("binary_" + node.op, {source->bits, weights}, attributes,
                                    DType::kF32, graph.tensor(node.outputs[0]).shape);
  AppendScaleAndBias(graph, node, *signs, sums, made);
  return true;
}

// Bits of shape [rows, height, width, channels], each row's in the order of a row of `features`.
TensorId ImageOfBits(Graph& graph, TensorId x, int32_t rows, int32_t features, Replacement& made) {
  const auto image = [&](TensorId id) {
    const Tensor& t = graph.tensor(id);
    return t.shape.size() == 4 && t.shape[0] == rows && t.elements() == int64_t{rows} * features;
  };
  const TensorId bits = BehindReshapes(graph, x);
  if (image(bits)) return bits;
  const int binarize = graph.Producer(bits);
  const bool binarized =
      binarize >= 0 && graph.nodes[static_cast<size_t>(binarize)].op == "binarize";
  const Shape flat = {rows, 1, 1, features};
  if (graph.tensor(bits).shape.back() == features && !binarized) return made.Reshaped(bits, flat);
  if (!binarized) return kNoTensor;
  const Node source = graph.nodes[static_cast<size_t>(binarize)];
  TensorId numbers = BehindReshapes(graph, source.inputs[0]);
  if (!image(numbers)) {
    if (graph.tensor(bits).shape.back() == features) return made.Reshaped(bits, flat);
    numbers = made.Reshaped(source.inputs[0], flat);
  }
  const Shape shape = graph.tensor(numbers).shape;
  return made.Append("binarize", {numbers}, source.attributes, graph.tensor(bits).dtype, shape);
}

// A matrix product is a convolution whose window is the whole image.
bool ReplaceProduct(Graph& graph, size_t n) {
  const Node node = graph.nodes[n];
  if (node.op != "fully_connected" || !HasFloatWeights(graph, node)) return false;
  const TensorId floats = BehindReshapes(graph, node.inputs[0]);
  const int unbinarize = graph.Producer(floats);
  if (unbinarize < 0 || graph.nodes[static_cast<size_t>(unbinarize)].op != "unbinarize") {
    return false;
  }
  const Shape w = graph.tensor(node.inputs[1]).shape;
  const auto signs = SignsOf(graph.tensor(node.inputs[1]), w[0], w[1], false);
  if (!signs) return false;
  const auto rows = static_cast<int32_t>(graph.tensor(floats).elements() / w[1]);
  Replacement made(graph, n);
  const TensorId source = graph.nodes[static_cast<size_t>(unbinarize)].inputs[0];
  const TensorId bits = ImageOfBits(graph, source, rows, w[1], made);
  if (bits == kNoTensor) return false;
  const Shape image = graph.tensor(bits).shape;
  const TensorId weights = graph.Add(signs->bits);
  const TensorId sums = made.Append("binary_conv2d", {bits, weights},
                                    {{"kernel_h", int64_t{image[1]}},
                                     {"kernel_w", int64_t{image[2]}},
                                     {"stride_h", int64_t{1}},
                                     {"stride_w", int64_t{1}}},
                                    DType::kF32, {rows, 1, 1, w[0]});
  AppendScaleAndBias(graph, node, *signs, sums, made);
  return true;
}

// What only fed the replaced layers: what is left must not look as if it were read twice.
void RemoveUnread(Graph& graph) {
  for (size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    const bool feeds = node.op == "binarize" || node.op == "unbinarize" || node.op == "reshape" ||
                       node.op == "pad";
    if (!feeds || !graph.Consumers(node.outputs[0]).empty() || graph.IsOutput(node.outputs[0])) {
      continue;
    }
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
  }
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (ReplaceConvolution(graph, n) || ReplaceProduct(graph, n)) ++changes;
  }
  if (changes > 0) RemoveUnread(graph);
  return changes;
}

}  // namespace

Pass BinaryLayersPass() {
  return {"binary-layers", "products of bits with weights of -1 and +1 become binary layers", Run};
}

}  // namespace edgerack::compiler
