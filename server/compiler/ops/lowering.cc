#include "server/compiler/ops/lowering.h"

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
  }
  return "unknown";
}

}  // namespace edgerack::compiler
