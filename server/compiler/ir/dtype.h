// Element types of tensors and their names: numpy's, as reports and npz files use them.
#ifndef SERVER_COMPILER_IR_DTYPE_H_
#define SERVER_COMPILER_IR_DTYPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edgerack::compiler {

// The numbers are those of er_dtype_t in the package format.
enum class DType : uint8_t {
  kF32 = 1,
  kS8 = 2,
  kU8 = 3,
  kS16 = 4,
  kS32 = 5,
  kS64 = 6,
  kBool = 7,
  kS1 = 8,  // a bit: -1 or +1
  kU1 = 9,  // a bit: 0 or 1
};

// "float32", "int8", …
const char* DTypeName(DType dtype);
// All of them, "float32, int8, …".
std::string DTypeNames();
std::optional<DType> ParseDType(std::string_view name);
// The inverse of the numbering above; nullopt for a number that is none.
std::optional<DType> DTypeFromNumber(int number);
// Bytes of one element, 1 to 8; of bits, those of the word that 32 of them share.
int64_t DTypeBytes(DType dtype);
// kS1 and kU1: packed along the last dimension, each row from a word of its own on. Only tensors
// inside of a graph are.
bool IsBits(DType dtype);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_DTYPE_H_
