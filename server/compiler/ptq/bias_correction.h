// Bias correction: rounded weights shift the mean of what a layer sums; its bias takes the shift
// back. M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction"
// (ICCV 2019), section 4.2, with means from calibration.
#ifndef SERVER_COMPILER_PTQ_BIAS_CORRECTION_H_
#define SERVER_COMPILER_PTQ_BIAS_CORRECTION_H_

#include <map>
#include <string>
#include <vector>

#include "server/compiler/ptq/scheme.h"

namespace edgerack::compiler {

// Per output channel: how much less the layer's sums are in the mean with `rounded` in place of its
// weights. `means` are those of input 0, element by element; the sums are linear in it, so that its
// mean image gives their mean, paddings included. Empty where the kernel cannot be evaluated.
std::vector<double> MeanShift(const Graph& graph, const Node& node, const Tensor& rounded,
                              const std::vector<double>& means);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_BIAS_CORRECTION_H_
