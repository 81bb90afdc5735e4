// Whether one layer's output is what its inputs ask for, but for what quantization explains: the
// same operator is computed once more in float32, by its reference kernel, on the real values of
// the inputs.
//
// What quantization explains of output y with step s (its scale):
//   0               layers that only move elements (transpose, slice, concat, max pool, ...)
//   s               quantize and requantize: rounding to a step, in fixed point twice
//   1.5 s           everything else: the rounding, and that of the fixed-point multiplier
//   2 s             softmax, whose exponential is a fixed-point polynomial
//   1e-4 max|y|     float32: the order of sums
// Beyond that, where operands were rounded on the way to this layer,
//   r Σ|w|          inputs off by at most r, of a layer with weights w; r for layers that move,
//                   pool or clamp elements
//   Σ|x| q / 2      weights that were rounded to steps of q
// A layer with int8 weights and float32 activations rounds its inputs itself: r is half a step of
// max|x| / 127, a whole one where it quantizes asymmetrically (the zero point is rounded too).
// Expected values outside of what the output's type can hold are clamped, as a kernel does.
#ifndef SERVER_COMPILER_VALIDATE_NODE_CHECK_H_
#define SERVER_COMPILER_VALIDATE_NODE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct NodeOperands {
  // Real values of each input of the node; nullptr for an absent one, and for constants, which the
  // graph has.
  std::vector<const std::vector<double>*> inputs;
  const std::vector<double>* output = nullptr;  // of its main output
  double input_rounding = 0;     // how far the inputs may be off from what the layer was given
  bool weights_rounded = false;  // the graph's weights are steps of what the output was made with
};

struct NodeCheck {
  std::string not_judged;  // why there is no judgement; the rest means nothing then
  double error = 0;        // of the element that is nearest to what is allowed, or furthest beyond
  double allowed = 0;
  double worst = 0;  // error / allowed
  int64_t element = -1;
  int64_t clamped = 0;  // elements whose expected value the output cannot hold

  bool diverges() const { return not_judged.empty() && worst > 1; }
};

NodeCheck CheckNode(const Graph& graph, size_t node_index, const NodeOperands& operands);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_NODE_CHECK_H_
