#include "server/compiler/report/model_view.h"

#include <set>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/plan/memory_plan.h"
#include "server/compiler/report/tensor_json.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

int64_t MacsOf(const Graph& graph, const Node& node) {
  const OpDef* op = FindOp(node.op);
  return op == nullptr || op->macs == nullptr ? 0 : op->macs(graph, node);
}

std::set<TensorId> ConstantsOf(const Graph& graph, const Node& node) {
  std::set<TensorId> constants;
  for (TensorId id : node.inputs) {
    if (id != kNoTensor && graph.tensor(id).constant()) constants.insert(id);
  }
  return constants;
}

int64_t BytesOf(const Graph& graph, const std::set<TensorId>& tensors) {
  int64_t bytes = 0;
  for (TensorId id : tensors) bytes += graph.tensor(id).bytes();
  return bytes;
}

}  // namespace

Json BuildModelView(const Graph& graph, const std::string& format,
                    const std::string& model_sha256) {
  Json layers = Json::array();
  std::set<TensorId> weights;
  int64_t macs = 0;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const Tensor& output = graph.tensor(node.outputs[0]);
    const std::set<TensorId> constants = ConstantsOf(graph, node);
    weights.insert(constants.begin(), constants.end());
    const int64_t layer_macs = MacsOf(graph, node);
    macs += layer_macs;
    layers.push_back({{"index", i},
                      {"name", node.name},
                      {"op", node.op},
                      {"output_shape", output.shape},
                      {"output_dtype", DTypeName(output.dtype)},
                      {"parameters_bytes", BytesOf(graph, constants)},
                      {"macs", layer_macs}});
  }
  Json totals = {{"layers", graph.nodes.size()},
                 {"weights_bytes", BytesOf(graph, weights)},
                 {"activations_peak_bytes", LowerBoundBytes(graph)},
                 {"macs", macs}};
  return {{"format", format},
          {"model_sha256", model_sha256},
          {"inputs", TensorListJson(graph, graph.inputs)},
          {"outputs", TensorListJson(graph, graph.outputs)},
          {"layers", std::move(layers)},
          {"totals", std::move(totals)}};
}

}  // namespace edgerack::compiler
