// What lstm, gru and rnn share. Their operands are those of firmware/kernels/recurrent/recurrent.h:
// x, w, r, b, lengths, initial_h[, initial_c, p] to y, last_h[, last_c]; all but x, w and r may be
// absent, and at least one output is there.
//
// Attributes: direction = forward | reverse | bidirectional; layout = 0 (x[steps, batch, inputs])
// or 1 (x[batch, steps, inputs], y[batch, steps, directions, hidden], states[batch, directions,
// hidden]); activations = "sigmoid tanh tanh", each as NAME[:ALPHA[:BETA]], for one direction or
// for both; clip; of lstm coupling = forget (f = 1 - i) | input (i = 1 - f) and cell_clip; of gru
// linear_before_reset.
#ifndef SERVER_COMPILER_OPS_RECURRENT_H_
#define SERVER_COMPILER_OPS_RECURRENT_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "firmware/kernels/recurrent/recurrent.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

struct RecurrentSizes {
  int32_t steps, batch, inputs, hidden, directions;
  bool batch_major;

  Shape Sequence() const;  // of y
  Shape State() const;
};

// `gates` per cell: 4 for lstm, 3 for gru, 1 for rnn. Refuses shapes of x, w and r that do not fit.
absl::StatusOr<RecurrentSizes> SizesOf(const Graph& graph, const Node& node, int32_t gates);

// Attribute `activations` as `count` (1 .. 3) per direction, with ONNX's defaults for what is not
// given.
absl::Status ReadActivations(const Node& node, const std::string& default_list, int32_t directions,
                             size_t count, er_recurrent_f32_params_t& params);

// "sigmoid, tanh, …", for the listing.
std::string RecurrentActivationNames();

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_RECURRENT_H_
