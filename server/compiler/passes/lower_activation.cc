// lower-activation: a clamp that could not be fused becomes kernels that clamp: a requantization
// where the scales differ, then a 1x1 maximum with a bounded output where the bounds are not
// int8's.
#include "server/compiler/ops/checks.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// Replaces one relu by a list of nodes.
class Expansion {
 public:
  Expansion(Graph& graph, const Node& relu) : graph_(graph), relu_(relu) {}

  absl::StatusOr<std::vector<Node>> Run() {
    ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(relu_));
    const Tensor x = graph_.tensor(relu_.inputs[0]);
    const Tensor y = graph_.tensor(relu_.outputs[0]);
    TensorId from = relu_.inputs[0];
    if (x.dtype == DType::kS8 && x.quantization != y.quantization) {
      const Int8Range range =
          ActivationRangeInt8(activation, y.quantization.scales[0], y.quantization.zero_points[0]);
      const bool clamps = range.min > -128 || range.max < 127;
      TensorId to = clamps ? Between(y, ".rescaled", y.shape) : relu_.outputs[0];
      Append("requantize", from, to);
      if (!clamps) return std::move(nodes_);
      from = to;
    }
    Clamp(from, y);
    return std::move(nodes_);
  }

 private:
  void Clamp(TensorId from, const Tensor& y) {
    if (y.shape.size() == 4) {
      Pool(from, relu_.outputs[0]);
      return;
    }
    const Shape image = {1, 1, 1, static_cast<int32_t>(y.elements())};
    TensorId in = Between(y, ".flat", image);
    TensorId out = Between(y, ".clamped", image);
    Append("reshape", from, in).attributes["shape"] = Dims(image);
    Pool(in, out);
    Append("reshape", out, relu_.outputs[0]).attributes["shape"] = Dims(y.shape);
  }

  void Pool(TensorId from, TensorId to) {
    Node& node = Append("max_pool2d", from, to);
    for (const char* key : {"kernel_h", "kernel_w", "stride_h", "stride_w"}) {
      node.attributes[key] = int64_t{1};
    }
    node.attributes["act"] = relu_.Text("act");
  }

  TensorId Between(const Tensor& like, const char* suffix, const Shape& shape) {
    Tensor tensor = like;
    tensor.name += suffix;
    tensor.shape = shape;
    return graph_.Add(std::move(tensor));
  }

  Node& Append(const char* op, TensorId from, TensorId to) {
    Node node;
    node.name = relu_.name;
    node.op = op;
    node.inputs = {from};
    node.outputs = {to};
    node.fused_from = relu_.fused_from;
    nodes_.push_back(std::move(node));
    return nodes_.back();
  }

  static std::vector<int64_t> Dims(const Shape& shape) { return {shape.begin(), shape.end()}; }

  Graph& graph_;
  const Node& relu_;
  std::vector<Node> nodes_;
};

absl::StatusOr<int> Run(Graph& graph, PassContext& context) {
  int changes = 0;
  std::vector<Node> nodes;
  for (const Node& node : graph.nodes) {
    if (node.op != "relu") {
      nodes.push_back(node);
      continue;
    }
    ER_ASSIGN_OR_RETURN(std::vector<Node> expansion, Expansion(graph, node).Run());
    nodes.insert(nodes.end(), expansion.begin(), expansion.end());
    context.findings.push_back(
        {"ACTIVATION_NOT_FUSED", Severity::kWarning, node.name,
         "the activation costs a pass over its tensor of its own, because something else reads "
         "the tensor before it or their scales differ",
         "put the activation directly behind the layer and quantize the model again"});
    ++changes;
  }
  graph.nodes = std::move(nodes);
  return changes;
}

}  // namespace

Pass LowerActivationPass() {
  return {"lower-activation", "an activation of its own becomes kernels that clamp", Run};
}

}  // namespace edgerack::compiler
