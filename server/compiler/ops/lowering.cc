#include "server/compiler/ops/lowering.h"

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {

const char* KernelType(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return "f32";
    case DType::kS8:
      return "s8";
    case DType::kU8:
      return "u8";
    case DType::kS16:
      return "s16";
    case DType::kS32:
      return "s32";
    case DType::kS64:
      return "s64";
    case DType::kBool:
      return "bool";
    case DType::kS1:
      return "s1";
    case DType::kU1:
      return "u1";
  }
  return "unknown";
}

Operand Int16Operand(const std::string& name, const std::vector<int16_t>& values) {
  Tensor table;
  table.name = name;
  table.dtype = DType::kS16;
  table.shape = {static_cast<int32_t>(values.size())};
  table.data = std::make_shared<const std::string>(BytesOf(values));
  return Operand(std::move(table));
}

}  // namespace edgerack::compiler
