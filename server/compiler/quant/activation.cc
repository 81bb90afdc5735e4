#include "server/compiler/quant/activation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace edgerack::compiler {
namespace {

constexpr Activation kAll[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                               Activation::kReluN1To1};

int32_t QuantizedBound(float value, float scale, int32_t zero_point) {
  const float steps = std::round(value / scale);
  // A tiny scale sends the bound far outside the type; keep the sum inside int32.
  const float limit = 1e6f;
  return zero_point + static_cast<int32_t>(std::clamp(steps, -limit, limit));
}

}  // namespace

const char* ActivationName(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "none";
    case Activation::kRelu:
      return "relu";
    case Activation::kRelu6:
      return "relu6";
    case Activation::kReluN1To1:
      return "relu_n1_to_1";
  }
  return "none";
}

std::optional<Activation> ParseActivation(const std::string& name) {
  for (Activation a : kAll) {
    if (name == ActivationName(a)) return a;
  }
  return std::nullopt;
}

IntegerRange ActivationRange(Activation activation, float scale, int32_t zero_point,
                             IntegerRange type) {
  IntegerRange range = type;
  auto raise_min = [&](float v) {
    range.min = std::clamp(QuantizedBound(v, scale, zero_point), type.min, type.max);
  };
  auto lower_max = [&](float v) {
    range.max = std::clamp(QuantizedBound(v, scale, zero_point), type.min, type.max);
  };
  if (activation == Activation::kRelu || activation == Activation::kRelu6) raise_min(0.0f);
  if (activation == Activation::kRelu6) lower_max(6.0f);
  if (activation == Activation::kReluN1To1) {
    raise_min(-1.0f);
    lower_max(1.0f);
  }
  return range;
}

FloatRange ActivationRangeFloat(Activation activation) {
  FloatRange range = {std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()};
  if (activation == Activation::kRelu || activation == Activation::kRelu6) range.min = 0.0f;
  if (activation == Activation::kRelu6) range.max = 6.0f;
  if (activation == Activation::kReluN1To1) range = {-1.0f, 1.0f};
  return range;
}

}  // namespace edgerack::compiler
