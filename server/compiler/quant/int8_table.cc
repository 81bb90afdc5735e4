#include "server/compiler/quant/int8_table.h"

#include <algorithm>
#include <cmath>

#include "firmware/kernels/common/fixed_point.h"
#include "server/compiler/quant/multiplier.h"

namespace edgerack::compiler {
namespace {

template <typename Function>
Int8Table Fill(const Function& value) {
  Int8Table table;
  for (int32_t q = -128; q <= 127; ++q) {
    table[static_cast<size_t>(q + 128)] = static_cast<int8_t>(std::clamp(value(q), -128, 127));
  }
  return table;
}

int32_t Scaled(int32_t x, const FixedMultiplier& factor) {
  return er_multiply_by_quantized_multiplier(x, factor.multiplier, factor.shift);
}

// A factor beyond what the fixed-point form holds saturates every value but 0 anyway.
FixedMultiplier Factor(double factor) {
  return QuantizeMultiplier(std::min(factor, static_cast<double>(1 << 22)));
}

// In single precision, as TFLite's Prepare functions divide (kernels/{activations,elementwise}.cc).
double Ratio(Int8Scale x, Int8Scale y, float alpha = 1.0f) {
  return static_cast<double>(x.scale * alpha / y.scale);
}

int16_t Saturated16(int32_t x) { return static_cast<int16_t>(std::clamp(x, -32768, 32767)); }

// round(a b / 2^15), and the same cut towards zero.
int16_t RoundingHighMul16(int16_t a, int16_t b) {
  if (a == -32768 && b == -32768) return 32767;
  const int32_t product = int32_t{a} * b;
  const int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return static_cast<int16_t>((product + nudge) / (1 << 15));
}

int16_t HighMul16(int16_t a, int16_t b) {
  if (a == -32768 && b == -32768) return 32767;
  return static_cast<int16_t>(int32_t{a} * b / (1 << 15));
}

// The upper half of a Q0.31 multiplier (DownScaleInt32ToInt16Multiplier).
int16_t Upper16(int32_t multiplier) {
  constexpr int32_t kOffset = 1 << 15;
  if (multiplier >= INT32_MAX - kOffset) return INT16_MAX;
  return static_cast<int16_t>((multiplier + kOffset) >> 16);
}

}  // namespace

Int8Table TableOf(Int8Scale x, Int8Scale y, const std::function<float(float)>& function) {
  const float inverse = 1.0f / y.scale;
  return Fill([&](int32_t q) {
    const float real = function(x.scale * static_cast<float>(q - x.zero_point));
    const float rounded = std::round(real * inverse) + static_cast<float>(y.zero_point);
    if (std::isnan(rounded)) return std::clamp(y.zero_point, -128, 127);
    return static_cast<int32_t>(std::clamp(rounded, -128.0f, 127.0f));
  });
}

Int8Table TableOfActivation(Int8Scale x, Int8Scale y, Activation activation) {
  const FixedMultiplier factor = Factor(Ratio(x, y));
  const IntegerRange range = ActivationRange(activation, y.scale, y.zero_point, kInt8Range);
  return Fill([&](int32_t q) {
    return std::clamp(Scaled(q - x.zero_point, factor) + y.zero_point, range.min, range.max);
  });
}

Int8Table TableOfLeakyRelu(Int8Scale x, Int8Scale y, float alpha) {
  const FixedMultiplier identity = Factor(Ratio(x, y));
  const FixedMultiplier negative = Factor(Ratio(x, y, std::abs(alpha)));
  const int32_t sign = alpha < 0 ? -1 : 1;
  return Fill([&](int32_t q) {
    const int32_t value = q - x.zero_point;
    const int32_t scaled = value >= 0 ? Scaled(value, identity) : sign * Scaled(value, negative);
    return scaled + y.zero_point;
  });
}

Int8Table TableOfAbs(Int8Scale x, Int8Scale y) {
  const FixedMultiplier factor = Factor(Ratio(x, y));
  return Fill([&](int32_t q) {
    const int32_t size = std::abs(q - x.zero_point);
    return (x.scale == y.scale ? size : Scaled(size, factor)) + y.zero_point;
  });
}

Int8Table TableOfHardSwish(Int8Scale x, Int8Scale y) {
  // Kernels/activations.cc, HardSwishPrepare: 7 more bits than the input's int8.
  const float hires_scale = (1.0f / 128.0f) * x.scale;
  const FixedMultiplier output =
      QuantizeMultiplier(static_cast<double>(hires_scale) / static_cast<double>(y.scale));
  const FixedMultiplier reluish =
      QuantizeMultiplier(static_cast<double>(hires_scale) / static_cast<double>(3.0f / 32768.0f));
  const int16_t output_factor = Upper16(output.multiplier);
  const int16_t reluish_factor = Upper16(reluish.multiplier);
  return Fill([&](int32_t q) {
    const int16_t hires = static_cast<int16_t>((q - x.zero_point) * 128);
    const int16_t preshift = RoundingHighMul16(hires, output_factor);
    int16_t gate = hires;
    if (reluish.shift > 0) gate = Saturated16(gate * (1 << std::min(reluish.shift - 1, 15)));
    gate = RoundingHighMul16(gate, reluish_factor);
    if (reluish.shift > 0) gate = Saturated16(gate * 2);
    if (reluish.shift < 0) {
      gate = static_cast<int16_t>(er_rounding_divide_by_pot(gate, -reluish.shift));
    }
    gate = static_cast<int16_t>((gate + (1 << 15)) >> 1);
    const int16_t product = HighMul16(gate, preshift);
    const int32_t shifted = output.shift <= 0
                                ? er_rounding_divide_by_pot(product, -output.shift)
                                : Saturated16(product * (1 << std::min(output.shift, 15)));
    return shifted + y.zero_point;
  });
}

}  // namespace edgerack::compiler
