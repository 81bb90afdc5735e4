#include "server/compiler/ir/elements.h"

#include <cmath>
#include <limits>

namespace edgerack::compiler {
namespace {

// NaN is 0. The limits are compared as doubles: the largest int64 is none.
template <typename Integer>
Integer Clamped(double value) {
  using Limits = std::numeric_limits<Integer>;
  if (std::isnan(value)) return 0;
  if (value <= static_cast<double>(Limits::min())) return Limits::min();
  if (value >= static_cast<double>(Limits::max())) return Limits::max();
  return static_cast<Integer>(value);
}

bool Bit(std::string_view bytes, size_t index) {
  return (LoadElement<uint32_t>(bytes, index / 32) >> (index % 32) & 1u) != 0;
}

}  // namespace

double ElementAsDouble(DType dtype, std::string_view bytes, size_t index) {
  switch (dtype) {
    case DType::kF32:
      return LoadElement<float>(bytes, index);
    case DType::kS8:
      return LoadElement<int8_t>(bytes, index);
    case DType::kU8:
    case DType::kBool:
      return LoadElement<uint8_t>(bytes, index);
    case DType::kS16:
      return LoadElement<int16_t>(bytes, index);
    case DType::kS32:
      return LoadElement<int32_t>(bytes, index);
    case DType::kS64:
      return static_cast<double>(LoadElement<int64_t>(bytes, index));
    case DType::kS1:
      return Bit(bytes, index) ? 1 : -1;
    case DType::kU1:
      return Bit(bytes, index) ? 1 : 0;
  }
  return 0;
}

void AppendDouble(DType dtype, double value, std::string& bytes) {
  switch (dtype) {
    case DType::kF32:
      return AppendElement(bytes, static_cast<float>(value));
    case DType::kS8:
      return AppendElement(bytes, Clamped<int8_t>(value));
    case DType::kU8:
      return AppendElement(bytes, Clamped<uint8_t>(value));
    case DType::kBool:
      return AppendElement(bytes, static_cast<uint8_t>(value != 0));
    case DType::kS16:
      return AppendElement(bytes, Clamped<int16_t>(value));
    case DType::kS32:
      return AppendElement(bytes, Clamped<int32_t>(value));
    case DType::kS64:
      return AppendElement(bytes, Clamped<int64_t>(value));
    case DType::kS1:
    case DType::kU1:
      return AppendElement(bytes, Clamped<uint32_t>(value));
  }
}

}  // namespace edgerack::compiler
