// Weights in int8, activations in float32: the layers quantize their input in each run, as
// TensorFlow Lite's hybrid kernels do. Nothing has to be calibrated.
#ifndef SERVER_COMPILER_PTQ_WEIGHTS_ONLY_H_
#define SERVER_COMPILER_PTQ_WEIGHTS_ONLY_H_

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Layers with such a kernel get int8 weights, symmetric, with a scale per output channel or one for
// all; the others stay as they are.
Graph WithInt8Weights(const Graph& graph, bool per_channel);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_WEIGHTS_ONLY_H_
