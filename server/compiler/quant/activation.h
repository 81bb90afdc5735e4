// Activation functions that are a clamp, and the range they leave in integers and reals.
#ifndef SERVER_COMPILER_QUANT_ACTIVATION_H_
#define SERVER_COMPILER_QUANT_ACTIVATION_H_

#include <cstdint>
#include <optional>
#include <string>

namespace edgerack::compiler {

enum class Activation { kNone, kRelu, kRelu6, kReluN1To1 };

// "none", "relu", "relu6", "relu_n1_to_1".
const char* ActivationName(Activation activation);
std::optional<Activation> ParseActivation(const std::string& name);

struct IntegerRange {
  int32_t min;
  int32_t max;
};
inline constexpr IntegerRange kInt8Range = {-128, 127};
inline constexpr IntegerRange kInt16Range = {-32768, 32767};
// As TFLite's CalculateActivationRangeQuantized for a type of this range: the quotient in single
// precision.
IntegerRange ActivationRange(Activation activation, float scale, int32_t zero_point,
                             IntegerRange type);

struct FloatRange {
  float min;  // the lowest finite float where there is no bound
  float max;
};
FloatRange ActivationRangeFloat(Activation activation);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_ACTIVATION_H_
