#include "server/compiler/ops/scale_rules.h"

#include <set>

namespace edgerack::compiler {

bool MovesElements(const Node& node) {
  static const std::set<std::string> ops = {
      "max_pool2d", "max_pool3d", "reshape", "transpose", "slice",          "pad",
      "concat",     "gather",     "expand",  "tile",      "depth_to_space", "space_to_depth",
      "reverse",    "resize"};
  return ops.count(node.op) != 0;
}

bool AveragesWholeImage(const Graph& graph, const Node& node) {
  if (node.op != "avg_pool2d" || node.Text("act", "none") != "none") return false;
  const Shape& in = graph.tensor(node.inputs[0]).shape;
  const Shape& out = graph.tensor(node.outputs[0]).shape;
  for (const char* padding : {"pad_top", "pad_left", "pad_bottom", "pad_right"}) {
    if (node.Int(padding) != 0) return false;
  }
  return node.Int("kernel_h") == in[1] && node.Int("kernel_w") == in[2] && out[1] == 1 &&
         out[2] == 1;
}

bool KeepsScale(const Graph& graph, const Node& node) {
  if (MovesElements(node)) return true;
  return (node.op == "avg_pool2d" || node.op == "avg_pool3d") && !AveragesWholeImage(graph, node);
}

}  // namespace edgerack::compiler
