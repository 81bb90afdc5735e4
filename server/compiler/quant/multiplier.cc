#include "server/compiler/quant/multiplier.h"

#include <cmath>

namespace edgerack::compiler {

FixedMultiplier QuantizeMultiplier(double factor) {
  if (factor == 0.0) return {};
  int shift = 0;
  const double fraction = std::frexp(factor, &shift);
  int64_t fixed = static_cast<int64_t>(std::round(fraction * static_cast<double>(1ll << 31)));
  if (fixed == 1ll << 31) {
    fixed /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  return {static_cast<int32_t>(fixed), shift};
}

}  // namespace edgerack::compiler
