// Operators of ONNX itself that are not taken, each with what to do about the model.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_NOT_TAKEN_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_NOT_TAKEN_H_

#include <string>
#include <utility>
#include <vector>

namespace edgerack::compiler {

// (operator, what to do instead), as not_taken.inc has them.
std::vector<std::pair<std::string, std::string>> OnnxNotTaken();

// What to do instead of an operator that is not taken, one this table does not know included.
std::string InsteadOfOnnx(const std::string& name);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_NOT_TAKEN_H_
