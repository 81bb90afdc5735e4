// fuse-qdq: quantize(op(dequantize(x), …)) becomes the int8 operator with the model's own scales,
// or that of int16 activations where both conversions are of int16. uint8 is int8 shifted by 128,
// exactly. What cannot be fused stays float between its conversions.
#include <cmath>
#include <optional>
#include <set>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/scale_rules.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool In(const std::string& op, const std::set<std::string>& ops) { return ops.count(op) != 0; }

// Operators whose int8 and int16 kernels take any scale on either side.
bool Rescales(const Graph& graph, const Node& node) {
  static const std::set<std::string> functions = {"add", "sub", "mul", "squared_difference",
                                                  "prelu"};
  if (node.op == "binary") return In(node.Text("fn"), functions);
  if (node.op == "reduce") return In(node.Text("fn"), {"mean", "sum"});
  if (node.op == "unary") return graph.tensor(node.outputs[0]).dtype == DType::kF32;
  return node.op == "add" || node.op == "relu" || node.op == "matmul";
}

class Fuser {
 public:
  explicit Fuser(Graph& graph) : graph_(graph) {}

  int Run() {
    SignTensors();
    SignBorders();
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (graph_.nodes[n].op == "quantize" && FuseAt(n)) ++changes_;
    }
    return changes_;
  }

 private:
  // -- uint8 becomes int8.

  bool IsUnsigned(TensorId id) const {
    const Tensor& t = graph_.tensor(id);
    return t.dtype == DType::kU8 && t.quantization.per_tensor() && !t.constant();
  }

  bool IsInput(TensorId id) const { return graph_.Producer(id) < 0; }

  static bool Relays(const Node& node) {
    return node.op == "transpose" || node.op == "reshape" || node.op == "slice" ||
           node.op == "max_pool2d";
  }

  // Both ends of every such tensor are conversions or what only moves its elements.
  void SignTensors() {
    std::set<TensorId> signable;
    for (size_t i = 0; i < graph_.tensors.size(); ++i) {
      const TensorId id = static_cast<TensorId>(i);
      if (IsUnsigned(id) && !IsInput(id) && !graph_.IsOutput(id)) signable.insert(id);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (auto it = signable.begin(); it != signable.end();) {
        if (CanSign(*it, signable)) {
          ++it;
        } else {
          it = signable.erase(it);
          changed = true;
        }
      }
    }
    for (TensorId id : signable) {
      Sign(graph_.tensor(id));
      Node& producer = graph_.nodes[static_cast<size_t>(graph_.Producer(id))];
      if (producer.op == "quantize") producer.attributes["to"] = std::string("int8");
      ++changes_;
    }
  }

  bool CanSign(TensorId id, const std::set<TensorId>& signable) const {
    const Node& producer = graph_.nodes[static_cast<size_t>(graph_.Producer(id))];
    const bool relayed = Relays(producer) && signable.count(producer.inputs[0]) != 0;
    if (producer.op != "quantize" && !relayed) return false;
    for (int reader : graph_.Consumers(id)) {
      const Node& node = graph_.nodes[static_cast<size_t>(reader)];
      const bool relays = Relays(node) && signable.count(node.outputs[0]) != 0;
      if (node.op != "dequantize" && !relays) return false;
    }
    return true;
  }

  static void Sign(Tensor& t) {
    t.dtype = DType::kS8;
    for (int32_t& zero : t.quantization.zero_points) zero -= 128;
  }

  // The model's own inputs and outputs keep their type; a conversion stands beside them.
  void SignBorders() {
    for (TensorId id : graph_.inputs) {
      if (IsUnsigned(id) && OnlyDequantized(id)) ConvertInput(id);
    }
    for (TensorId id : graph_.outputs) {
      const int producer = graph_.Producer(id);
      if (producer < 0 || !IsUnsigned(id) || !graph_.Consumers(id).empty()) continue;
      if (graph_.nodes[static_cast<size_t>(producer)].op == "quantize") ConvertOutput(producer);
    }
  }

  bool OnlyDequantized(TensorId id) const {
    for (int reader : graph_.Consumers(id)) {
      if (graph_.nodes[static_cast<size_t>(reader)].op != "dequantize") return false;
    }
    return !graph_.Consumers(id).empty();
  }

  Node Requantize(const Node& like, TensorId from, TensorId to) const {
    Node node;
    node.name = like.name;
    node.op = "requantize";
    node.inputs = {from};
    node.outputs = {to};
    node.fused_from = like.fused_from;
    node.attributes["to"] = std::string(DTypeName(graph_.tensor(to).dtype));
    return node;
  }

  TensorId Signed(TensorId like) {
    Tensor t = Derived(graph_.tensor(like), ".int8");
    Sign(t);
    return graph_.Add(std::move(t));
  }

  void ConvertInput(TensorId id) {
    const std::vector<int> readers = graph_.Consumers(id);
    const TensorId converted = Signed(id);
    for (int reader : readers) graph_.nodes[static_cast<size_t>(reader)].inputs[0] = converted;
    const size_t first = static_cast<size_t>(readers.front());
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(first),
                        Requantize(graph_.nodes[first], id, converted));
    ++changes_;
  }

  void ConvertOutput(int producer) {
    Node& quantize = graph_.nodes[static_cast<size_t>(producer)];
    const TensorId output = quantize.outputs[0];
    const TensorId converted = Signed(output);
    graph_.nodes[static_cast<size_t>(producer)].outputs[0] = converted;
    graph_.nodes[static_cast<size_t>(producer)].attributes["to"] = std::string("int8");
    graph_.nodes.insert(graph_.nodes.begin() + producer + 1,
                        Requantize(graph_.nodes[static_cast<size_t>(producer)], converted, output));
    ++changes_;
  }

  // -- Patterns.

  // int8, or int16 as its kernels take it: symmetric.
  bool HasSteps(TensorId id) const {
    const Tensor& t = graph_.tensor(id);
    if (!t.quantization.per_tensor()) return false;
    return t.dtype == DType::kS8 || (t.dtype == DType::kS16 && t.quantization.zero_points[0] == 0);
  }

  // The int8 or int16 tensor behind a dequantize node, or kNoTensor.
  TensorId Dequantized(TensorId real) const {
    const int n = real == kNoTensor ? -1 : graph_.Producer(real);
    if (n < 0 || graph_.nodes[static_cast<size_t>(n)].op != "dequantize") return kNoTensor;
    const TensorId source = graph_.nodes[static_cast<size_t>(n)].inputs[0];
    return HasSteps(source) ? source : kNoTensor;
  }

  // The same where it has the type that is being fused.
  TensorId Quantized(TensorId real) const {
    const TensorId source = Dequantized(real);
    return source != kNoTensor && graph_.tensor(source).dtype == type_ ? source : kNoTensor;
  }

  bool FuseAt(size_t n) {
    const Node quantize = graph_.nodes[n];
    const TensorId real = quantize.inputs[0];
    if (!HasSteps(quantize.outputs[0])) return false;
    type_ = graph_.tensor(quantize.outputs[0]).dtype;
    const TensorId source = Dequantized(real);
    if (source != kNoTensor) return FuseConversions(n, source);
    const int producer = graph_.Producer(real);
    if (producer < 0 || graph_.Consumers(real).size() != 1 || graph_.IsOutput(real)) return false;
    std::vector<int> replaced = {producer};
    const Node real_node = WithActivation(producer, replaced);
    std::optional<std::vector<Node>> fused = IntegerNodes(real_node, quantize.outputs[0]);
    if (!fused) return false;
    // The last of them writes what the quantize node wrote, and stands in its place.
    graph_.nodes[n] = fused->back();
    fused->pop_back();
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n), fused->begin(),
                        fused->end());
    for (int gone : replaced) graph_.nodes.erase(graph_.nodes.begin() + gone);
    return true;
  }

  // The node at `index`, or, where that is a clamp behind a layer that can clamp, the layer with
  // it. Adds the layer's index to `replaced`, which stays in falling order.
  Node WithActivation(int index, std::vector<int>& replaced) const {
    const Node& relu = graph_.nodes[static_cast<size_t>(index)];
    if (relu.op != "relu" || Quantized(relu.inputs[0]) != kNoTensor) return relu;
    const int before = graph_.Producer(relu.inputs[0]);
    if (before < 0 || graph_.Consumers(relu.inputs[0]).size() != 1 ||
        graph_.IsOutput(relu.inputs[0])) {
      return relu;
    }
    Node layer = graph_.nodes[static_cast<size_t>(before)];
    const bool clamps = ChannelDimension(layer.op) >= 0 || layer.op == "add" ||
                        (layer.op == "binary" && In(layer.Text("fn"), {"add", "sub", "mul"}));
    if (!clamps || layer.Text("act", "none") != "none") return relu;
    layer.attributes["act"] = relu.Text("act");
    layer.name = relu.name;
    layer.outputs = relu.outputs;
    layer.fused_from.insert(layer.fused_from.end(), relu.fused_from.begin(), relu.fused_from.end());
    replaced.push_back(before);
    return layer;
  }

  // quantize(dequantize(x)) is a change of scale, or nothing.
  bool FuseConversions(size_t n, TensorId source) {
    const TensorId output = graph_.nodes[n].outputs[0];
    const bool same = graph_.tensor(source).dtype == type_ &&
                      graph_.tensor(source).quantization == graph_.tensor(output).quantization;
    if (same && !graph_.IsOutput(output)) {
      graph_.ReplaceUses(output, source);
      return true;
    }
    graph_.nodes[n] = Requantize(graph_.nodes[n], source, output);
    return true;
  }

  // The float operator on quantized tensors, writing `output`; nullopt where there is no such
  // kernel.
  std::optional<std::vector<Node>> IntegerNodes(const Node& real, TensorId output) {
    if (real.outputs.size() != 1) return std::nullopt;
    if (ChannelDimension(real.op) >= 0) return WithWeights(real, output);
    if (real.op == "avg_pool2d") return AveragePool(real, output);
    if (real.op == "softmax") return Softmax(real, output);
    if (MovesElements(real)) return Movement(real, output);
    if (!Rescales(graph_, real)) return std::nullopt;
    Node node = real;
    if (node.op == "add" && type_ == DType::kS16) {  // whose kernels are of int8 and float32
      node.op = "binary";
      node.attributes["fn"] = std::string("add");
    }
    for (TensorId& id : node.inputs) {
      if (id == kNoTensor) continue;
      id = IntegerOperand(id);
      if (id == kNoTensor) return std::nullopt;
    }
    node.outputs = {output};
    return Checked({node});
  }

  // A dequantized activation, or a float constant whose values lie on a grid.
  TensorId IntegerOperand(TensorId id) {
    const TensorId quantized = Quantized(id);
    if (quantized != kNoTensor) return quantized;
    const Tensor t = graph_.tensor(id);
    if (!t.constant() || t.dtype != DType::kF32 || !t.quantization.per_tensor()) return kNoTensor;
    return OnGrid(t, type_);
  }

  // The int8 or int16 tensor of a float constant that remembers its grid.
  TensorId OnGrid(Tensor t, DType dtype) {
    const double largest = dtype == DType::kS16 ? INT16_MAX : INT8_MAX;
    const Quantization& q = t.quantization;
    int64_t inner = 1;
    for (size_t d = static_cast<size_t>(q.axis) + 1; d < t.shape.size(); ++d) inner *= t.shape[d];
    std::string bytes;
    for (int64_t i = 0; i < t.elements(); ++i) {
      const size_t c = q.per_tensor() ? 0 : static_cast<size_t>(i / inner) % q.scales.size();
      const double value = ElementAsDouble(t.dtype, *t.data, static_cast<size_t>(i));
      const double step = std::nearbyint(value / static_cast<double>(q.scales[c])) +
                          static_cast<double>(q.zero_points[c]);
      if (!(step >= -largest - 1 && step <= largest)) return kNoTensor;
      AppendDouble(dtype, step, bytes);
    }
    t.dtype = dtype;
    t.name += std::string(".") + DTypeName(dtype);
    t.data = std::make_shared<const std::string>(std::move(bytes));
    return graph_.Add(std::move(t));
  }

  std::optional<std::vector<Node>> WithWeights(const Node& real, TensorId output) {
    const TensorId x = Quantized(real.inputs[0]);
    const Tensor weights = graph_.tensor(real.inputs[1]);
    const Quantization& q = weights.quantization;
    if (x == kNoTensor || !weights.constant() || weights.dtype != DType::kF32 || !q.quantized()) {
      return std::nullopt;
    }
    for (int32_t zero : q.zero_points) {
      if (zero != 0) return std::nullopt;  // the kernels take symmetric weights
    }
    const int dimension = ChannelDimension(real.op);
    if (!q.per_tensor() && q.axis != dimension) return std::nullopt;
    Node node = real;
    node.inputs[0] = x;
    node.inputs[1] = OnGrid(weights, DType::kS8);
    if (node.inputs[1] == kNoTensor) return std::nullopt;
    if (real.inputs.size() > 2 && real.inputs[2] != kNoTensor) {
      node.inputs[2] = Bias(real.inputs[2], graph_.tensor(x).quantization.scales[0], q);
      if (node.inputs[2] == kNoTensor) return std::nullopt;
    } else if (type_ == DType::kS16) {
      node.inputs.resize(3);
      node.inputs[2] = NoBias(weights, dimension);
    }
    node.outputs = {output};
    return Checked({node});
  }

  // int32 in units of input scale times weight scale, int64 for int16 activations: with it the
  // kernels sum in 64 bits, which so many products of 16 bits need.
  TensorId Bias(TensorId real, float x_scale, const Quantization& weights) {
    Tensor t = graph_.tensor(real);
    if (!t.constant() || t.dtype != DType::kF32) return kNoTensor;
    std::string bytes;
    for (int64_t i = 0; i < t.elements(); ++i) {
      const size_t c = weights.per_tensor() ? 0 : static_cast<size_t>(i) % weights.scales.size();
      const double unit = static_cast<double>(x_scale) * static_cast<double>(weights.scales[c]);
      const double steps =
          std::nearbyint(ElementAsDouble(t.dtype, *t.data, static_cast<size_t>(i)) / unit);
      if (!(std::fabs(steps) < (type_ == DType::kS16 ? 0x1p46 : 0x1p30))) return kNoTensor;
      AppendDouble(BiasType(), steps, bytes);
    }
    t.dtype = BiasType();
    t.quantization = {};
    t.name += std::string(".") + DTypeName(t.dtype);
    t.data = std::make_shared<const std::string>(std::move(bytes));
    return graph_.Add(std::move(t));
  }

  DType BiasType() const { return type_ == DType::kS16 ? DType::kS64 : DType::kS32; }

  TensorId NoBias(const Tensor& weights, int channels) {
    Tensor t;
    t.name = weights.name + ".no_bias";
    t.dtype = BiasType();
    t.shape = {weights.shape[static_cast<size_t>(channels)]};
    t.data = std::make_shared<const std::string>(static_cast<size_t>(t.bytes()), '\0');
    return graph_.Add(std::move(t));
  }

  // Works in the input's scale; a requantization follows where the output has another.
  std::optional<std::vector<Node>> Movement(const Node& real, TensorId output) {
    Node node = real;
    const bool joins = real.op == "concat";
    const Quantization wanted = graph_.tensor(output).quantization;
    std::vector<Node> nodes;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const bool data = i == 0 || joins;
      if (!data && real.op == "pad" && node.inputs[i] != kNoTensor) return std::nullopt;
      if (!data) continue;
      node.inputs[i] = joins ? IntegerOperand(node.inputs[i]) : Quantized(node.inputs[i]);
      if (node.inputs[i] == kNoTensor) return std::nullopt;
      if (!joins || graph_.tensor(node.inputs[i]).quantization == wanted) continue;
      const TensorId rescaled = Like(node.inputs[i], wanted);
      nodes.push_back(Requantize(real, node.inputs[i], rescaled));
      node.inputs[i] = rescaled;
    }
    const Quantization given = graph_.tensor(node.inputs[0]).quantization;
    if (given == wanted) {
      node.outputs = {output};
      nodes.push_back(node);
      return Checked(nodes);
    }
    const TensorId between = Like(output, given);
    node.outputs = {between};
    nodes.push_back(node);
    nodes.push_back(Requantize(real, between, output));
    return Checked(nodes);
  }

  TensorId Like(TensorId id, const Quantization& quantization) {
    Tensor t = Derived(graph_.tensor(id), ".rescaled");
    t.quantization = quantization;
    return graph_.Add(std::move(t));
  }

  // Over a whole image it is a mean, whose kernel rescales; otherwise the scales must agree.
  std::optional<std::vector<Node>> AveragePool(const Node& real, TensorId output) {
    const TensorId x = Quantized(real.inputs[0]);
    if (x == kNoTensor || real.Text("act", "none") != "none") return std::nullopt;
    Node node = real;
    node.inputs = {x};
    node.outputs = {output};
    if (graph_.tensor(x).quantization == graph_.tensor(output).quantization) return Checked({node});
    if (!AveragesWholeImage(graph_, real)) return std::nullopt;
    node.op = "reduce";
    node.attributes = {{"fn", std::string("mean")},
                       {"axes", std::vector<int64_t>{1, 2}},
                       {"keepdims", int64_t{1}}};
    return Checked({node});
  }

  std::optional<std::vector<Node>> Softmax(const Node& real, TensorId output) {
    const TensorId x = Quantized(real.inputs[0]);
    const Quantization& q = graph_.tensor(output).quantization;
    const bool wide = type_ == DType::kS16;
    if (x == kNoTensor || q.scales[0] != (wide ? 1.0f / 32768.0f : 1.0f / 256.0f) ||
        q.zero_points[0] != (wide ? 0 : -128)) {
      return std::nullopt;
    }
    Node node = real;
    node.inputs = {x};
    node.outputs = {output};
    return Checked({node});
  }

  // Only what the operators themselves accept.
  std::optional<std::vector<Node>> Checked(std::vector<Node> nodes) const {
    for (const Node& node : nodes) {
      const OpDef* op = FindOp(node.op);
      auto types = InferTypes(graph_, node);
      if (op == nullptr || !types.ok() || (*types)[0].dtype != type_ ||
          (*types)[0].shape != graph_.tensor(node.outputs[0]).shape ||
          !op->verify(graph_, node).ok() ||
          (op->lower != nullptr && !op->alias && !op->lower(graph_, node).ok())) {
        return std::nullopt;
      }
    }
    return nodes;
  }

  Graph& graph_;
  DType type_ = DType::kS8;  // of what is being fused: int8 or int16
  int changes_ = 0;
};

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  bool quantizes = false;
  for (const Node& node : graph.nodes) quantizes = quantizes || node.op == "quantize";
  return quantizes ? Fuser(graph).Run() : 0;
}

}  // namespace

Pass FuseQdqPass() {
  return {"fuse-qdq", "dequantize, operator, quantize become the int8 operator", Run};
}

}  // namespace edgerack::compiler
