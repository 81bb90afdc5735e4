// ONNX keeps channels before height and width, the graph keeps them last. Spatial operators are
// framed by transposes; pass move-transposes joins what meets.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_

#include <array>
#include <string>

#include "server/compiler/importers/onnx/node_context.h"

namespace edgerack::compiler {

// [n, c, d, h, w] as [n, d, h, w, c]; [n, c, h, w] as [n, h, w, c]; [n, c, l] as [n, 1, l, c].
// Fails for other ranks.
TensorId ToNhwc(OnnxNodeContext& c, TensorId x);
// The inverse; `spatial` is 1, 2 or 3.
TensorId FromNhwc(OnnxNodeContext& c, TensorId y, size_t spatial);

// The sliding window of a convolution or pool; directions that the input lacks are 1 wide.
struct OnnxWindow {
  size_t spatial = 0;
  // [depth, height, width] each; pads as the graph takes them.
  std::array<int64_t, 3> kernel = {1, 1, 1}, stride = {1, 1, 1}, dilation = {1, 1, 1};
  std::array<int64_t, 3> before = {0, 0, 0}, after = {0, 0, 0};

  // The direction (index above) of spatial dimension i of the file.
  size_t direction(size_t i) const { return i + 3 - spatial; }
  bool padded() const;
  // stride_*, and what is not the default of pad_* and dilation_*.
  Attributes ToAttributes() const;
  // … and kernel_*.
  Attributes ToPoolAttributes() const;
  // "conv2d" or "conv3d" for "conv".
  std::string OpName(const std::string& base) const;
};

// Reads kernel_shape, strides, pads, dilations, auto_pad and ceil_mode for input x [n, c, …].
// `weights` [o, i, …] give the kernel's size where it is not an attribute (empty for pools).
OnnxWindow ReadWindow(OnnxNodeContext& c, const Shape& x, const Shape& weights);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_LAYOUT_H_
