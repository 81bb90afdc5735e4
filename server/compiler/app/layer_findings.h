// Layers that work and still cost accuracy or time: what a tool could have said before anybody ran
// it.
#ifndef SERVER_COMPILER_APP_LAYER_FINDINGS_H_
#define SERVER_COMPILER_APP_LAYER_FINDINGS_H_

#include <vector>

#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Taps of a convolution's kernel, and of a pool's window, from which on LARGE_WINDOW tells of it:
// 7 x 7, and more than 8 x 8.
inline constexpr int64_t kLargeKernelTaps = 49;
inline constexpr int64_t kLargePoolTaps = 65;
// Prime numbers of channels below it are those of colours and classes.
inline constexpr int32_t kFirstPrimeToTell = 17;
// Ratio of the scales of two summands from which on OPERAND_SCALES_DIFFER tells of it.
inline constexpr float kScaleRatioToTell = 4.0f;

// `graph` is verified and about to be lowered. Appends, each with its layer:
//   PER_TENSOR_WEIGHTS     an int8 convolution of several channels with one weight scale; a warning
//                          where a channel has less than an eighth of the widest one's steps
//   PRIME_CHANNELS         a convolution whose number of output channels is prime
//   LARGE_WINDOW           a convolution or pool over a large window
//   OPERAND_SCALES_DIFFER  an int8 sum or difference of two activations of very different scales
void FindCostlyLayers(const Graph& graph, std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_LAYER_FINDINGS_H_
