#include "server/compiler/ptq/range_method.h"

#include <algorithm>

namespace edgerack::compiler {

#define ER_RANGE_METHOD(describe) RangeMethod describe();
#include "server/compiler/ptq/range_methods.inc"
#undef ER_RANGE_METHOD

const std::vector<RangeMethod>& AllRangeMethods() {
  static const std::vector<RangeMethod> methods = {
#define ER_RANGE_METHOD(describe) describe(),
#include "server/compiler/ptq/range_methods.inc"
#undef ER_RANGE_METHOD
  };
  return methods;
}

const RangeMethod* FindRangeMethod(const std::string& name) {
  for (const RangeMethod& method : AllRangeMethods()) {
    if (name == method.name) return &method;
  }
  return nullptr;
}

std::string RangeMethodNames() {
  std::string names;
  for (const RangeMethod& method : AllRangeMethods()) {
    names += (names.empty() ? "" : "|") + std::string(method.name);
  }
  return names;
}

ValueRange FullRange(const TensorStatistics& values) {
  return {std::min(values.min(), 0.0), std::max(values.max(), 0.0)};
}

}  // namespace edgerack::compiler
