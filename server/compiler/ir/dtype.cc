#include "server/compiler/ir/dtype.h"

namespace edgerack::compiler {
namespace {

struct Entry {
  DType dtype;
  const char* name;
  int64_t bytes;
};
constexpr Entry kTypes[] = {
    {DType::kF32, "float32", 4}, {DType::kS8, "int8", 1},   {DType::kU8, "uint8", 1},
    {DType::kS16, "int16", 2},   {DType::kS32, "int32", 4}, {DType::kS64, "int64", 8},
    {DType::kBool, "bool", 1},   {DType::kS1, "int1", 4},   {DType::kU1, "uint1", 4},
};

}  // namespace

const char* DTypeName(DType dtype) {
  for (const Entry& e : kTypes) {
    if (e.dtype == dtype) return e.name;
  }
  return "unknown";
}

std::string DTypeNames() {
  std::string names;
  for (const Entry& e : kTypes) names += (names.empty() ? "" : ", ") + std::string(e.name);
  return names;
}

std::optional<DType> ParseDType(std::string_view name) {
  for (const Entry& e : kTypes) {
    if (name == e.name) return e.dtype;
  }
  return std::nullopt;
}

std::optional<DType> DTypeFromNumber(int number) {
  for (const Entry& e : kTypes) {
    if (static_cast<int>(e.dtype) == number) return e.dtype;
  }
  return std::nullopt;
}

bool IsBits(DType dtype) { return dtype == DType::kS1 || dtype == DType::kU1; }

int64_t DTypeBytes(DType dtype) {
  for (const Entry& e : kTypes) {
    if (e.dtype == dtype) return e.bytes;
  }
  return 1;
}

}  // namespace edgerack::compiler
