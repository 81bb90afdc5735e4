// Inputs and outputs of a model as reports and views name them.
#ifndef SERVER_COMPILER_REPORT_TENSOR_JSON_H_
#define SERVER_COMPILER_REPORT_TENSOR_JSON_H_

#include <nlohmann/json.hpp>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// name, dtype, shape, and scale and zero_point where the tensor has one of each.
inline nlohmann::ordered_json TensorListJson(const Graph& graph, const std::vector<TensorId>& ids) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (TensorId id : ids) {
    const Tensor& t = graph.tensor(id);
    nlohmann::ordered_json json = {
        {"name", t.name}, {"dtype", DTypeName(t.dtype)}, {"shape", t.shape}};
    if (t.quantization.per_tensor()) {
      json["scale"] = t.quantization.scales[0];
      json["zero_point"] = t.quantization.zero_points[0];
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_TENSOR_JSON_H_
