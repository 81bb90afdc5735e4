#include "server/compiler/quant/rescale.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {
namespace {

constexpr int kSoftmaxIntegerBits = 5;  // differences are held in Q5.26

}  // namespace

AddScaling ScaleAdd(float a_scale, float b_scale, float output_scale) {
  AddScaling scaling;
  const double twice_max = 2.0 * static_cast<double>(std::max(a_scale, b_scale));
  scaling.a = QuantizeMultiplier(static_cast<double>(a_scale) / twice_max);
  scaling.b = QuantizeMultiplier(static_cast<double>(b_scale) / twice_max);
  scaling.output = QuantizeMultiplier(
      twice_max / ((1 << scaling.left_shift) * static_cast<double>(output_scale)));
  return scaling;
}

std::optional<SoftmaxScaling> ScaleSoftmax(float beta, float input_scale) {
  const double factor = std::min(static_cast<double>(beta) * static_cast<double>(input_scale) *
                                     static_cast<double>(1 << (31 - kSoftmaxIntegerBits)),
                                 static_cast<double>(1ll << 31) - 1.0);
  if (!(factor > 1.0)) return std::nullopt;
  const FixedMultiplier fixed = QuantizeMultiplier(factor);
  if (fixed.shift < 0 || fixed.shift > 31) return std::nullopt;
  SoftmaxScaling scaling;
  scaling.input_multiplier = fixed.multiplier;
  scaling.input_left_shift = fixed.shift;
  const double radius = static_cast<double>((1 << kSoftmaxIntegerBits) - 1) *
                        static_cast<double>(1ll << (31 - kSoftmaxIntegerBits)) /
                        static_cast<double>(1ll << fixed.shift);
  scaling.diff_min = -static_cast<int32_t>(std::floor(radius));
  return scaling;
}

}  // namespace edgerack::compiler
