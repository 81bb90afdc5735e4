// Builtins of TensorFlow Lite that are not taken, and what to do about the model.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_NOT_TAKEN_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_NOT_TAKEN_H_

#include <string>
#include <utility>
#include <vector>

namespace edgerack::compiler {

// (builtin, what to do instead): every name of builtin_names.h without a handler.
std::vector<std::pair<std::string, std::string>> TfliteNotTaken();

// `name` as a refusal has it: "WHILE", "CUSTOM operator 'FlexErf'".
std::string InsteadOfTflite(const std::string& name);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_NOT_TAKEN_H_
