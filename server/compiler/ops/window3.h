// The sliding window of operators over up to three directions: depth, height, width. Images have
// depth 1. Attributes are those of window.h, and kernel_d, stride_d, dilation_d, pad_front,
// pad_back.
#ifndef SERVER_COMPILER_OPS_WINDOW3_H_
#define SERVER_COMPILER_OPS_WINDOW3_H_

#include <array>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

using Directions = std::array<int32_t, 3>;

struct Window3 {
  Directions kernel = {1, 1, 1};
  Directions stride = {1, 1, 1};
  Directions dilation = {1, 1, 1};
  Directions before = {0, 0, 0}, after = {0, 0, 0};  // padding
};

// What a node of rank-5 operators may have beyond WindowAttributes.
std::vector<AttributeSpec> DepthAttributes(bool kernel_size);

// Depth, height and width of an NDHWC or NHWC shape.
Directions SpatialDims(const Shape& shape);
// The NDHWC or NHWC shape with other spatial dimensions and channels.
Shape WithSpatialDims(const Shape& shape, const Directions& dims, int32_t channels);

// Reads the attributes, the kernel's size from `kernel` where they do not hold it. Values as in
// ReadWindow.
absl::StatusOr<Window3> ReadWindow3(const Node& node, const Directions& kernel);

// What a window of direction d covers.
inline int64_t Covered(const Window3& w, size_t d) {
  return int64_t{w.kernel[d] - 1} * w.dilation[d] + 1;
}

// Output dimensions; `ceil` also counts a last window that begins in the input but reaches beyond
// it. Refused where the window is larger than the padded input.
absl::StatusOr<Directions> WindowOutput3(const Directions& in, const Window3& window, bool ceil);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_WINDOW3_H_
