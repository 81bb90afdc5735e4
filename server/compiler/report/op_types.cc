#include "server/compiler/report/op_types.h"

#include <map>

#include "server/compiler/lower/program.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

std::string OpTypeOf(const Graph& graph, const Node& node) {
  const DType x = graph.tensor(node.inputs[0]).dtype;
  const DType y = graph.tensor(MainOutput(node.outputs)).dtype;
  const auto pair = [](const char* what, DType a, DType b) {
    return std::string(what) + "_" + KernelType(a) + "_" + KernelType(b);
  };
  if (FindOp(node.op)->macs != nullptr) {
    const DType w = graph.tensor(node.inputs[1]).dtype;
    return pair(IsBits(x) && IsBits(w) ? "sxor" : "smul", x, w);
  }
  return pair(x == y ? "op" : "conv", x, y);
}

nlohmann::ordered_json OpTypesJson(const Graph& graph) {
  std::map<std::string, int64_t> ops;
  int64_t total = 0;
  for (const Node& node : graph.nodes) {
    if (FindOp(node.op)->alias) continue;
    const int64_t count = MaccStOf(graph, node);
    ops[OpTypeOf(graph, node)] += count;
    total += count;
  }
  auto list = nlohmann::ordered_json::array();
  for (const auto& [type, count] : ops) {
    const double percent =
        total == 0 ? 0.0 : 100.0 * static_cast<double>(count) / static_cast<double>(total);
    list.push_back({{"type", type}, {"ops", count}, {"percent", percent}});
  }
  return list;
}

}  // namespace edgerack::compiler
