// What the operators share that only move elements: axes, types, and the loops of a strided copy.
#ifndef SERVER_COMPILER_OPS_MOVEMENT_H_
#define SERVER_COMPILER_OPS_MOVEMENT_H_

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

// Every element type: what an operator takes that never looks at values.
std::vector<const char*> AllTypes();

// An axis counted from the end where negative, as an index below `rank`.
absl::StatusOr<size_t> NormalizeAxis(int64_t axis, size_t rank);
// Attribute `axes`; all of them where it is absent. Refuses duplicates.
absl::StatusOr<std::vector<size_t>> NormalizeAxes(const Node& node, size_t rank);

// Product of dims[begin .. end).
int64_t DimProduct(const Shape& shape, size_t begin, size_t end);
// Elements from one index of a dimension to the next, row-major.
std::vector<int64_t> RowMajorStrides(const Shape& shape);

// x and the output have one scale and zero point, or none: moving elements cannot change them.
absl::Status RequireMovable(const Tensor& x, const Tensor& y);
// int32 or int64.
absl::Status RequireIndexType(const Tensor& indices);
// Indices that are constants lie in -size .. size - 1. Others are limited by the kernel.
absl::Status RequireIndicesBelow(const Tensor& indices, int64_t size);
// The same for indices of several dimensions: element i is one of dimension i % sizes.size().
absl::Status RequireIndicesBelow(const Tensor& indices, const std::vector<int64_t>& sizes);

// NumPy's broadcast of two shapes; refused where they do not go together.
absl::StatusOr<Shape> BroadcastShapes(const Shape& a, const Shape& b);

// One loop of a strided copy; strides in elements.
struct CopyLoop {
  int64_t count;
  int64_t in_stride;
  int64_t out_stride;
};

// The call of kernel strided_copy with these loops, outermost first. Loops that can be one become
// one; refused where more than 12 are left.
absl::StatusOr<LoweredOp> LowerStridedCopy(const Graph& graph, const Node& node,
                                           const std::vector<CopyLoop>& loops, int64_t in_start,
                                           int64_t out_start);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_MOVEMENT_H_
