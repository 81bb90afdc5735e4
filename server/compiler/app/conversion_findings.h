// Where a model's quantization did not become integer arithmetic, and inputs that nothing reads.
#ifndef SERVER_COMPILER_APP_CONVERSION_FINDINGS_H_
#define SERVER_COMPILER_APP_CONVERSION_FINDINGS_H_

#include <vector>

#include "server/compiler/ir/finding.h"
#include "server/compiler/lower/program.h"

namespace edgerack::compiler {

// Appends, each with its layer:
//   LOST_QUANTIZATION  the model quantizes all of a layer's activations on both sides, and no
//   kernel
//                      takes them so: it computes in float32 between conversions
//   REQUANTIZED_TENSOR  a pass over a tensor for nothing but another scale of the same type
//   UNUSED_INPUT       an input that no layer reads (the layer's name is empty)
// `quantized_here`: --quantize made the conversions and told of what has no kernel, so that nothing
// is LOST_QUANTIZATION.
void FindConversions(const Graph& graph, bool quantized_here, std::vector<Finding>& findings);

// FLOAT_ISLAND: a layer of a mostly int8 program that computes in float32, unless `findings` tell
// of it already as chosen, or by another of these codes.
void FindFloatIslands(const Program& program, std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_CONVERSION_FINDINGS_H_
