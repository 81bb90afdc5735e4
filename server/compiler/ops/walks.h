// Shapes and strides for kernels that walk over tensors (firmware/kernels/common/walk.h).
#ifndef SERVER_COMPILER_OPS_WALKS_H_
#define SERVER_COMPILER_OPS_WALKS_H_

#include <vector>

#include "base/error.h"
#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/common/walk.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// numpy's broadcasting of all shapes; refused (UNSUPPORTED_SHAPE) where they do not fit.
absl::StatusOr<Shape> BroadcastShapes(const std::vector<Shape>& shapes);

// Strides, in elements, of a contiguous tensor.
std::vector<int32_t> ContiguousStrides(const Shape& shape);
// Those of a tensor of shape `from` repeated to shape `to`, which it must broadcast to.
std::vector<int32_t> BroadcastStrides(const Shape& from, const Shape& to);

// The walk over `shape` in row-major order with strides per tensor (at most ER_WALK_TENSORS, each
// as long as the shape). Dimensions of 1 are left out and neighbours merged where that changes
// nothing.
er_walk_shape_t MakeWalk(const Shape& shape, const std::vector<std::vector<int32_t>>& strides);

// Dimensions of an attribute, negative ones from the end, each once and in ascending order.
// Refused (UNSUPPORTED_ATTRIBUTE) where one is outside of the rank.
absl::StatusOr<std::vector<size_t>> Axes(const std::vector<int64_t>& axes, size_t rank);
absl::StatusOr<size_t> Axis(int64_t axis, size_t rank);

// A walk over the dimensions in `axes` and one over the others, strides of each of `strides`.
struct SplitWalk {
  er_walk_shape_t kept;
  er_walk_shape_t reduced;
};
SplitWalk SplitByAxes(const Shape& shape, const std::vector<size_t>& axes,
                      const std::vector<std::vector<int32_t>>& strides);

// The shape around one dimension.
er_axis_t AxisView(const Shape& shape, size_t axis);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_WALKS_H_
