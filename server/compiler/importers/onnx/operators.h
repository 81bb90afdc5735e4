// The operators of the format that can be taken; operators.inc lists them.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_OPERATORS_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_OPERATORS_H_

#include <string>
#include <vector>

#include "server/compiler/importers/onnx/node_context.h"

namespace edgerack::compiler {

struct OnnxOperator {
  const char* domain;  // "" is ai.onnx
  const char* name;
  const char* graph_op;  // what it mostly becomes; "" for what is computed while reading
  size_t min_inputs;
  size_t max_inputs;
  void (*import)(OnnxNodeContext& context);
};

const std::vector<OnnxOperator>& OnnxOperators();
// nullptr for one that cannot be taken.
const OnnxOperator* FindOnnxOperator(const std::string& domain, const std::string& name);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_OPERATORS_H_
