// fuse-activation: a clamp moves into the layer before it. Exact only where nothing else reads what
// lies between and, for int8, both sides have one scale and zero point.
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool HasClamp(const Node& node) {
  if (node.op == "relu") return false;
  if (node.op == "binary") {  // those that have a clamp of their own
    const std::string fn = node.Text("fn");
    return fn == "add" || fn == "sub" || fn == "mul" || fn == "div";
  }
  for (const AttributeSpec& attribute : FindOp(node.op)->attributes) {
    if (std::string_view(attribute.name) == "act") return true;
  }
  return false;
}

bool CanFuse(const Graph& graph, const Node& relu, const Node& before) {
  const Tensor& between = graph.tensor(relu.inputs[0]);
  const Tensor& after = graph.tensor(relu.outputs[0]);
  const std::string act = before.Text("act", "none");
  return HasClamp(before) && (act == "none" || act == relu.Text("act")) &&
         graph.Consumers(relu.inputs[0]).size() == 1 && !graph.IsOutput(relu.inputs[0]) &&
         between.quantization == after.quantization &&
         (between.dtype == DType::kF32 || between.quantization.quantized());
}

absl::StatusOr<int> Run(Graph& graph, PassContext& context) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node relu = graph.nodes[n];
    const int producer = relu.op == "relu" ? graph.Producer(relu.inputs[0]) : -1;
    if (producer < 0 || !CanFuse(graph, relu, graph.nodes[static_cast<size_t>(producer)])) {
      if (relu.op == "relu") {
        context.findings.push_back(
            {"ACTIVATION_NOT_FUSED", Severity::kWarning, relu.name,
             "the activation costs a pass over its tensor of its own, because something else "
             "reads the tensor before it, their scales differ or the layer before cannot clamp",
             "put the activation directly behind the layer and quantize the model again"});
      }
      ++n;
      continue;
    }
    Node& before = graph.nodes[static_cast<size_t>(producer)];
    before.attributes["act"] = relu.Text("act");
    before.outputs = relu.outputs;
    before.name = relu.name;
    before.fused_from.insert(before.fused_from.end(), relu.fused_from.begin(),
                             relu.fused_from.end());
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FuseActivationPass() {
  return {"fuse-activation", "relu and its kin move into the layer before where that is exact",
          Run};
}

}  // namespace edgerack::compiler
