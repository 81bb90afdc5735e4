// lstm with int8 activations: TFLite's integer LSTM. x, w, r, h and y are int8, b is int32[1,
// 8 * hidden], c is int16 with a scale of a power of two. w[1, 4 * hidden, inputs] and r have one
// scale per row, equal within a gate. Attributes: cell_integer_bits (the cell's scale is 2^(bits -
// 15)), coupling = none | input, cell_clip (real), layout; hidden_scale and hidden_zero_point where
// TFLite's file has its own for the product of output gate and cell.
#ifndef SERVER_COMPILER_OPS_QUANTIZED_LSTM_H_
#define SERVER_COMPILER_OPS_QUANTIZED_LSTM_H_

#include "base/error.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/recurrent.h"

namespace edgerack::compiler {

absl::Status VerifyQuantizedLstm(const Graph& graph, const Node& node, const RecurrentSizes& sizes);
absl::StatusOr<LoweredOp> LowerQuantizedLstm(const Graph& graph, const Node& node,
                                             const RecurrentSizes& sizes);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_QUANTIZED_LSTM_H_
