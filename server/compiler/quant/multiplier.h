// A real factor as TFLite's integer kernels take it: multiplier * 2^(shift - 31).
#ifndef SERVER_COMPILER_QUANT_MULTIPLIER_H_
#define SERVER_COMPILER_QUANT_MULTIPLIER_H_

#include <cstdint>

namespace edgerack::compiler {

struct FixedMultiplier {
  int32_t multiplier = 0;  // Q0.31: 0, or 2^30 .. 2^31 - 1
  int32_t shift = 0;       // > 0 to the left
  bool operator==(const FixedMultiplier&) const = default;
};

// Exactly TFLite's QuantizeMultiplier: rounds half away from zero; a factor below 2^-32 is 0.
// `factor` must be finite and >= 0.
FixedMultiplier QuantizeMultiplier(double factor);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_MULTIPLIER_H_
