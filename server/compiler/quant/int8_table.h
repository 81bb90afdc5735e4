// Tables of functions of one quantized int8 value, as TFLite's kernels for int8 compute them.
#ifndef SERVER_COMPILER_QUANT_INT8_TABLE_H_
#define SERVER_COMPILER_QUANT_INT8_TABLE_H_

#include <array>
#include <cstdint>
#include <functional>

#include "server/compiler/quant/activation.h"

namespace edgerack::compiler {

// Element i is the result for i - 128.
using Int8Table = std::array<int8_t, 256>;

struct Int8Scale {
  float scale;
  int32_t zero_point;
};

// TFLite's table (kernels/internal/common.h, LUTPopulate): dequantize, apply, round half away from
// zero, saturate, in single precision. So tanh, logistic, elu, gelu, exp, log, sin, ...
Int8Table TableOf(Int8Scale x, Int8Scale y, const std::function<float(float)>& function);

// relu and its kin (reference ReluX for int8): rescaled in fixed point, then clamped.
Int8Table TableOfActivation(Int8Scale x, Int8Scale y, Activation activation);

// reference_ops::QuantizeLeakyRelu: a factor of its own for negative values. alpha >= 0 or not.
Int8Table TableOfLeakyRelu(Int8Scale x, Int8Scale y, float alpha);

// |x| (kernels/elementwise.cc, AbsEvalQuantized).
Int8Table TableOfAbs(Int8Scale x, Int8Scale y);

// reference_ops::HardSwish for int8: 16-bit fixed point.
Int8Table TableOfHardSwish(Int8Scale x, Int8Scale y);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_INT8_TABLE_H_
