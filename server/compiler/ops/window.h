// The sliding window of convolutions and pools, from a node's attributes.
#ifndef SERVER_COMPILER_OPS_WINDOW_H_
#define SERVER_COMPILER_OPS_WINDOW_H_

#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

struct Window {
  int32_t kernel_h = 1, kernel_w = 1;
  int32_t stride_h = 1, stride_w = 1;
  int32_t dilation_h = 1, dilation_w = 1;
  int32_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
};

// stride_*, dilation_*, pad_* of every windowed operator, and `act`.
std::vector<AttributeSpec> WindowAttributes(bool kernel_size, bool dilation);

// Reads the attributes (all but the kernel's size where it comes from weights) and checks that each
// is in 1 .. 65535 (pads 0 .. 65535).
absl::StatusOr<Window> ReadWindow(const Node& node, int32_t kernel_h, int32_t kernel_w);

// NHWC shape of the output with `channels`; refused where the window is larger than the padded
// input.
absl::StatusOr<Shape> WindowOutput(const Tensor& input, const Window& window, int32_t channels);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_WINDOW_H_
