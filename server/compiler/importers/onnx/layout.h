// ONNX keeps channels before height and width, the graph keeps them last. Spatial operators are
// framed by transposes; pass move-transposes joins what meets.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_

#include "server/compiler/importers/onnx/node_context.h"

namespace edgerack::compiler {

// [n, c, h, w] as [n, h, w, c]; [n, c, l] as [n, 1, l, c]. Fails for other ranks.
TensorId ToNhwc(NodeContext& c, TensorId x);
// The inverse; `spatial` is 1 or 2.
TensorId FromNhwc(NodeContext& c, TensorId y, size_t spatial);

// The sliding window of a convolution or pool of one or two dimensions; a missing one is 1 wide.
struct OnnxWindow {
  size_t spatial = 0;
  // [h, w] each; pads as the graph takes them.
  int64_t kernel[2] = {1, 1}, stride[2] = {1, 1}, dilation[2] = {1, 1};
  int64_t before[2] = {0, 0}, after[2] = {0, 0};

  bool padded() const { return before[0] + before[1] + after[0] + after[1] != 0; }
  // stride_*, and what is not the default of pad_* and dilation_*.
  Attributes ToAttributes() const;
};

// Reads kernel_shape, strides, pads, dilations, auto_pad and ceil_mode for input x [n, c, …].
// `weights` [o, i, …] give the kernel's size where it is not an attribute (empty for pools).
OnnxWindow ReadWindow(NodeContext& c, const Shape& x, const Shape& weights);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_
