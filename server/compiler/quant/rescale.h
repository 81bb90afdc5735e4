// The fixed-point constants of TFLite's int8 add and softmax, from the tensors' scales.
#ifndef SERVER_COMPILER_QUANT_RESCALE_H_
#define SERVER_COMPILER_QUANT_RESCALE_H_

#include <cstdint>
#include <optional>

#include "server/compiler/quant/multiplier.h"

namespace edgerack::compiler {

struct AddScaling {
  int32_t left_shift = 20;
  FixedMultiplier a, b, output;
};
AddScaling ScaleAdd(float a_scale, float b_scale, float output_scale);

struct SoftmaxScaling {
  int32_t input_multiplier = 0;
  int32_t input_left_shift = 0;
  int32_t diff_min = 0;
};
// nullopt where beta * scale is too small (<= 2^-26) or too large for the fixed-point form.
std::optional<SoftmaxScaling> ScaleSoftmax(float beta, float input_scale);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_RESCALE_H_
