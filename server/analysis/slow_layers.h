// Causes that lie in the layers: what bounds them, and kernels that are slower than need be.
#ifndef SERVER_ANALYSIS_SLOW_LAYERS_H_
#define SERVER_ANALYSIS_SLOW_LAYERS_H_

#include <vector>

#include "server/core/explanation.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// REFERENCE_KERNELS, FLOAT_LAYERS, BYTEWISE_COPIES, LAYOUT_CONVERSIONS, BANDWIDTH_BOUND,
// REQUANTIZATION_BOUND, COMPUTE_BOUND, KERNEL_OVERHEAD: each with the layers that it is about.
// `explained` are the result's layers in their order.
std::vector<core::SlowCause> SlowLayers(const core::Result& result,
                                        const std::vector<core::LayerExplanation>& explained);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_SLOW_LAYERS_H_
