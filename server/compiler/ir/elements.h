// Single elements of little-endian tensor bytes.
#ifndef SERVER_COMPILER_IR_ELEMENTS_H_
#define SERVER_COMPILER_IR_ELEMENTS_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "server/compiler/ir/dtype.h"

namespace edgerack::compiler {

template <typename T>
T LoadElement(std::string_view bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void AppendElement(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

// The element as a double: exact for every type but 64-bit integers above 2^53. Bits are counted
// through all words, those that fill up a row included.
double ElementAsDouble(DType dtype, std::string_view bytes, size_t index);
// Appends `value`; what the type does not hold is clamped to its limits, and NaN is 0 in integers.
// Of bits, `value` is a whole word of 32.
void AppendDouble(DType dtype, double value, std::string& bytes);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_ELEMENTS_H_
