#include "server/compiler/quant/int16_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace edgerack::compiler {
namespace {

constexpr int kPieces = 512;
constexpr int32_t kLow = -32768, kHigh = 32767;

// The function at `kPieces` steps of x from `low` on, in units of y.
template <typename Real, typename Function>
std::vector<int16_t> Pieces(Real low, Real step, Real per_unit, Real last,
                            const Function& function) {
  auto at = [&](int i, Real beyond) {
    return function(low + static_cast<Real>(i) * step + beyond) * per_unit;
  };
  auto saturated = [](Real value) {
    return static_cast<int16_t>(
        std::clamp(value, static_cast<Real>(kLow), static_cast<Real>(kHigh)));
  };
  std::vector<int16_t> table;
  for (int i = 0; i < kPieces; ++i) {
    const Real value = std::round(at(i, 0));
    const Real line = std::round((at(i + 1, 0) + value) / 2);
    const Real middle = std::round(at(i, step / 2));
    table.push_back(saturated(value - std::round((line - middle) / 2)));
  }
  table.push_back(saturated(std::round(function(last) * per_unit)));
  return table;
}

}  // namespace

std::vector<int16_t> PiecewiseTable(float x_scale, float y_scale,
                                    const std::function<float(float)>& function) {
  const float low = x_scale * static_cast<float>(kLow);
  const float high = x_scale * static_cast<float>(kHigh);
  const float range = y_scale * static_cast<float>(kHigh) - y_scale * static_cast<float>(kLow);
  return Pieces<float>(low, (high - low) / kPieces, static_cast<float>(kHigh - kLow + 1) / range,
                       high, function);
}

std::vector<int16_t> SoftmaxExpTable() {
  return Pieces<double>(-10.0, 10.0 / kPieces, 32768.0, 0.0, [](double x) { return std::exp(x); });
}

std::vector<int16_t> SoftmaxReciprocalTable() {
  return Pieces<double>(0.0, 1.0 / kPieces, 32768.0, 1.0, [](double x) { return 1.0 / (1.0 + x); });
}

FixedMultiplier ScaleSoftmaxInt16(float beta, float input_scale) {
  return QuantizeMultiplier(static_cast<double>(input_scale * beta) / (10.0 / 65535.0));
}

std::vector<int16_t> LogisticTable() {
  auto at = [](double i) { return 65536.0 / (1.0 + std::exp(-i / 24.0)); };
  std::vector<int16_t> table;
  for (int i = 0; i < 255; ++i) {
    const double missed = at(i + 0.5) - (at(i) + at(i + 1)) / 2;
    table.push_back(static_cast<int16_t>(std::round(at(i) + missed / 2) - 32768.0));
  }
  table.push_back(INT16_MAX);
  return table;
}

std::optional<LogisticScaling> ScaleLogistic(float input_scale, bool tanh) {
  constexpr int kFractionBits = 12;  // of an input that needs no rescaling
  if (const auto exponent = PowerOfTwo(input_scale)) {
    const int32_t shift = kFractionBits + *exponent;
    if (shift == 0 || (tanh && shift == 1)) return LogisticScaling{3 << shift, 0};
  }
  double multiplier = static_cast<double>(input_scale) * 4096.0 * 3.0;
  LogisticScaling scaling;
  while (multiplier <= 32767.0 / 2.0 && scaling.shift <= 30) {
    ++scaling.shift;
    multiplier *= 2.0;
  }
  if (!(multiplier <= std::numeric_limits<int16_t>::max())) return std::nullopt;
  scaling.multiplier = static_cast<int32_t>(multiplier);
  return scaling;
}

std::optional<int32_t> PowerOfTwo(float scale) {
  const float exponent = std::log2(scale);
  const float whole = std::round(exponent);
  if (!(std::abs(exponent - whole) < 1e-3f)) return std::nullopt;
  return static_cast<int32_t>(whole);
}

}  // namespace edgerack::compiler
