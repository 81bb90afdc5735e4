// The steps of quantized tensors, from ranges and from weights, by the rules of TFLite's
// quantization specification: int8 activations with a zero point, int16 ones and weights symmetric.
#ifndef SERVER_COMPILER_PTQ_GRID_H_
#define SERVER_COMPILER_PTQ_GRID_H_

#include <vector>

#include "server/compiler/ir/graph.h"
#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {

// One scale and zero point so that steps -128 … 127 cover the range and zero is exact. A range of
// nothing but zero gets scale 1.
Quantization ActivationGrid(const ValueRange& range);

// The same of int16, symmetric: steps -32767 … 32767.
Quantization Int16Grid(const ValueRange& range);

// The real values from the first to the last step; `dtype` is kS8 or kS16.
ValueRange CoveredBy(const Quantization& per_tensor, DType dtype);

// Symmetric steps -127 … 127 of float32 weights, one scale for each slice of dimension `axis`, or
// one for all where `per_channel` is false. `least` (one per channel, or empty) bounds scales from
// below.
Quantization WeightGrid(const Tensor& weights, int axis, bool per_channel,
                        const std::vector<double>& least);

// A copy of float32 constant `tensor` whose values are moved to the nearest step of `grid` and that
// remembers it: what fuse-qdq turns into `dtype`, kS8 or kS16.
Tensor OnGrid(const Tensor& tensor, const Quantization& grid, DType dtype = DType::kS8);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_GRID_H_
