// Tables and constants of TFLite's kernels for quantized int16 whose functions are tables.
#ifndef SERVER_COMPILER_QUANT_INT16_TABLE_H_
#define SERVER_COMPILER_QUANT_INT16_TABLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "server/compiler/quant/multiplier.h"

namespace edgerack::compiler {

// 513 values, firmware/kernels/common/table_s16.h: of `function` between the real values of -32768
// and 32767, every entry moved by half of what the straight line misses in the middle of its piece
// (kernels/internal/common.h, LUTPopulate). In single precision, as for TFLite's EXP.
std::vector<int16_t> PiecewiseTable(float x_scale, float y_scale,
                                    const std::function<float(float)>& function);

// The tables of softmax (kernels/activations.cc, SoftmaxPrepare), see softmax/softmax.h. Made as
// the ones above, in double precision.
std::vector<int16_t> SoftmaxExpTable();
std::vector<int16_t> SoftmaxReciprocalTable();
// Differences of the input as the first of them wants them.
FixedMultiplier ScaleSoftmaxInt16(float beta, float input_scale);

// The table of the logistic function and tanh, see logistic/logistic.h. Its entries, too, are moved
// by half of what the straight line misses.
std::vector<int16_t> LogisticTable();

struct LogisticScaling {
  int32_t multiplier = 0;
  int32_t shift = 0;  // to the right
};
// As TFLite's SigmoidPrepare and TanhPrepare (kernels/activations.cc): scales of certain powers of
// two exactly, all others by a multiplier of 15 bits. nullopt where the scale is too large for it.
std::optional<LogisticScaling> ScaleLogistic(float input_scale, bool tanh);

// The exponent where the scale is (within 0.1 %) a power of two: TFLite's CheckedLog2.
std::optional<int32_t> PowerOfTwo(float scale);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_INT16_TABLE_H_
