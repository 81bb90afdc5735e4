#include "server/compiler/validate/traced_graph.h"

#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

std::vector<std::vector<TracePlace>> TracePlaces(const PackageInfo& package) {
  std::vector<std::vector<TracePlace>> places;
  int64_t offset = 0;
  for (const PackageOp& op : package.ops) {
    auto& layer = places.emplace_back();
    for (int tensor : op.outputs) {
      TracePlace place{tensor, offset, 0};
      if (tensor >= 0) place.bytes = package.tensors[static_cast<size_t>(tensor)].bytes;
      offset += place.bytes;
      layer.push_back(place);
    }
  }
  return places;
}

int64_t TraceBytes(const PackageInfo& package) {
  int64_t bytes = 0;
  for (const auto& layer : TracePlaces(package)) {
    for (const TracePlace& place : layer) bytes += place.bytes;
  }
  return bytes;
}

std::vector<std::optional<std::string>> ValuesOf(const TracedGraph& traced, std::string_view inputs,
                                                 std::string_view trace) {
  const Graph& graph = traced.graph;
  std::vector<std::optional<std::string>> by_package(traced.package.tensors.size());
  for (const auto& layer : TracePlaces(traced.package)) {
    for (const TracePlace& place : layer) {
      if (place.tensor < 0) continue;
      by_package[static_cast<size_t>(place.tensor)] = std::string(
          trace.substr(static_cast<size_t>(place.offset), static_cast<size_t>(place.bytes)));
    }
  }
  std::vector<std::optional<std::string>> values(graph.tensors.size());
  size_t at = 0;
  for (TensorId id : graph.inputs) {
    const auto bytes = static_cast<size_t>(graph.tensor(id).bytes());
    values[Index(id)] = std::string(inputs.substr(at, bytes));
    at += bytes;
  }
  for (const Node& node : graph.nodes) {
    const OpDef* op = FindOp(node.op);
    for (TensorId id : node.outputs) {
      if (id == kNoTensor) continue;
      if (op != nullptr && op->alias) {
        const Tensor& source = graph.tensor(node.inputs[0]);
        values[Index(id)] = source.constant() ? *source.data : values[Index(node.inputs[0])];
        continue;
      }
      const int index = traced.tensor_index[Index(id)];
      if (index >= 0) values[Index(id)] = by_package[static_cast<size_t>(index)];
    }
  }
  return values;
}

}  // namespace edgerack::compiler
