// Names of TensorFlow Lite's builtin operators, so that a refusal names what it refuses.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_BUILTIN_NAMES_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_BUILTIN_NAMES_H_

#include <cstdint>
#include <string>

namespace edgerack::compiler {

// Codes 0 to 161 have names.
inline constexpr int32_t kBuiltinCount = 162;

// "BATCH_MATMUL" for 126; "builtin operator 9999" for a code newer than the table.
std::string BuiltinName(int32_t code);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_BUILTIN_NAMES_H_
