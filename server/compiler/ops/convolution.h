// What conv2d and depthwise_conv2d share, and the per-channel multipliers of int8 products.
#ifndef SERVER_COMPILER_OPS_CONVOLUTION_H_
#define SERVER_COMPILER_OPS_CONVOLUTION_H_

#include <string>

#include "firmware/kernels/conv2d/conv2d.h"
#include "server/compiler/ops/lowering.h"
#include "server/compiler/ops/window.h"
#include "server/compiler/quant/activation.h"

namespace edgerack::compiler {

// The kernels' shape struct of a verified node.
er_conv2d_shape_t ConvolutionShape(const Graph& graph, const Node& node, const Window& window);

// How a node of int16 activations sums and clamps. Sums are wide with a bias of int64, and without
// a bias in conv2d and depthwise_conv2d: TFLite's other kernels then sum in 32 bits.
er_channel_sum_s16_t ChannelSumInt16(const Graph& graph, const Node& node, Activation activation);

// Appends multiplier[channels] and shift[channels]. `float_product`: TFLite multiplies input and
// weight scale in single precision for a fully connected layer with one weight scale.
absl::Status AppendMultipliers(const Graph& graph, const Node& node, int32_t channels,
                               bool float_product, LoweredOp& lowered);

// Appends scale[channels] of the weights of a hybrid node.
void AppendWeightScales(const Graph& graph, const Node& node, int32_t channels, LoweredOp& lowered);

// The column of kernels.inc for a hybrid node.
inline constexpr char kHybridKernelType[] = "h8";
// Of a node with weights from a codebook.
inline constexpr char kCodebookKernelType[] = "cb";
// Of nodes with weights; see IsHybrid.
inline constexpr AttributeSpec kAsymmetricInputs = {"asymmetric_inputs", AttributeSpec::Kind::kInt,
                                                    false};
inline int32_t AsymmetricInputs(const Node& node) {
  return node.Int(kAsymmetricInputs.name) != 0 ? 1 : 0;
}

// Which dimension of input 1 an operator's output channels are, and scales per channel therefore
// lie along; -1 for an operator without constant weights.
int ChannelDimension(const std::string& op);

// x, weights, bias or absent.
void AppendWeightOperands(const Node& node, LoweredOp& lowered);

// Elements of the bias, 0 without one.
int64_t BiasElements(const Graph& graph, const Node& node);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_CONVOLUTION_H_
