// fold-pad: zero padding of height and width moves into the convolutions that read it. Exact: a
// convolution's own padding contributes real zero, which is what the pad writes.
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool PadsImageWithZeros(const Node& pad) {
  const std::vector<int64_t> pads = pad.Ints("pads");
  if (pads.size() != 8 || pads[0] != 0 || pads[1] != 0 || pads[6] != 0 || pads[7] != 0)
    return false;
  for (int64_t value : pads) {
    if (value < 0 || value > 65535) return false;  // what a convolution's attribute can hold
  }
  const bool has_value = pad.inputs.size() > 1 && pad.inputs[1] != kNoTensor;
  return pad.Text("mode", "constant") == "constant" && !has_value;
}

bool AllConvolutions(const Graph& graph, TensorId padded) {
  const std::vector<int> readers = graph.Consumers(padded);
  for (int reader : readers) {
    const Node& node = graph.nodes[static_cast<size_t>(reader)];
    bool convolution = node.op == "conv2d" || node.op == "depthwise_conv2d";
    if (!convolution || node.inputs[0] != padded) return false;
  }
  return !readers.empty() && !graph.IsOutput(padded);
}

void Fold(Graph& graph, const Node& pad) {
  const std::vector<int64_t> pads = pad.Ints("pads");
  for (int reader : graph.Consumers(pad.outputs[0])) {
    Node& node = graph.nodes[static_cast<size_t>(reader)];
    const char* keys[] = {"pad_top", "pad_bottom", "pad_left", "pad_right"};
    for (size_t i = 0; i < 4; ++i) {
      int64_t total = node.Int(keys[i]) + pads[2 + i];
      if (total != 0) node.attributes[keys[i]] = total;
    }
    node.inputs[0] = pad.inputs[0];
    node.fused_from.insert(node.fused_from.begin(), pad.fused_from.begin(), pad.fused_from.end());
  }
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node pad = graph.nodes[n];
    if (pad.op != "pad" || !PadsImageWithZeros(pad) || !AllConvolutions(graph, pad.outputs[0])) {
      ++n;
      continue;
    }
    Fold(graph, pad);
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FoldPadPass() {
  return {"fold-pad", "zero padding moves into the convolutions that read it", Run};
}

}  // namespace edgerack::compiler
