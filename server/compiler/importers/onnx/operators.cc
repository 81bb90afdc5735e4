#include "server/compiler/importers/onnx/operators.h"

#include <unordered_map>

namespace edgerack::compiler {

#define ER_ONNX(domain, name, graph_op, min_inputs, max_inputs, import) \
  void import(OnnxNodeContext&);
#include "server/compiler/importers/onnx/operators.inc"
#undef ER_ONNX

const std::vector<OnnxOperator>& OnnxOperators() {
  static const std::vector<OnnxOperator> operators = {
#define ER_ONNX(domain, name, graph_op, min_inputs, max_inputs, import) \
  {domain, name, graph_op, min_inputs, max_inputs, import},
#include "server/compiler/importers/onnx/operators.inc"
#undef ER_ONNX
  };
  return operators;
}

const OnnxOperator* FindOnnxOperator(const std::string& domain, const std::string& name) {
  static const auto* index = [] {
    auto* map = new std::unordered_map<std::string, const OnnxOperator*>;
    for (const OnnxOperator& op : OnnxOperators()) {
      (*map)[std::string(op.domain) + "/" + op.name] = &op;
    }
    return map;
  }();
  auto found = index->find((domain == "ai.onnx" ? "" : domain) + "/" + name);
  return found == index->end() ? nullptr : found->second;
}

}  // namespace edgerack::compiler
