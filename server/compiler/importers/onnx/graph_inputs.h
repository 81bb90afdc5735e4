// The inputs of the model: element types, and shapes where some dimensions are open.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_GRAPH_INPUTS_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_GRAPH_INPUTS_H_

#include <memory>
#include <string>
#include <vector>

#include "server/compiler/importers/onnx/tensor_data.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/input_options.h"

namespace edgerack::compiler {

struct GraphInput {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;
  std::shared_ptr<const OnnxConstant> frozen;  // its value, where an option gives it
  bool fixed = false;                          // an option of this input was applied
};

// Open dimensions become what shape.NAME says; the first one of an input otherwise becomes 1
// (finding SYMBOLIC_BATCH), as does every other that bears its name. Errors: UNSUPPORTED_TYPE,
// OPEN_SHAPE naming the option to give, BAD_OPTION.
absl::StatusOr<std::vector<GraphInput>> ResolveInputs(
    const std::vector<const onnx::ValueInfo*>& inputs, const InputOptions& options,
    std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_GRAPH_INPUTS_H_
