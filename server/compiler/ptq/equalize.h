// Cross-layer equalization: the channels between two layers get ranges that are alike, so that one
// scale serves them all. A factor per channel leaves the first layer's weights and bias and enters
// the second one's weights, which changes nothing in float32 as long as what lies between commutes
// with positive factors. After M. Nagel et al. (ICCV 2019), section 4.1; because weights have a
// scale per output channel here, it is the activation's range that stands against the second
// layer's weights, as in G. Xiao et al., "SmoothQuant" (ICML 2023).
#ifndef SERVER_COMPILER_PTQ_EQUALIZE_H_
#define SERVER_COMPILER_PTQ_EQUALIZE_H_

#include <string>
#include <vector>

#include "server/compiler/ptq/scheme.h"

namespace edgerack::compiler {

// One pair that was equalized.
struct EqualizedPair {
  std::string first, second;  // layers
  double spread_before = 0;   // widest channel of the tensor between over the mean one
};

// Changes weights and biases of `graph`, whose tensors' `statistics` are from before.
std::vector<EqualizedPair> Equalize(Graph& graph, const GraphStatistics& statistics);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_EQUALIZE_H_
