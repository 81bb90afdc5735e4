#include "server/compiler/ops/walks.h"

#include <algorithm>
#include <set>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {

absl::StatusOr<Shape> BroadcastShapes(const std::vector<Shape>& shapes) {
  Shape out;
  for (const Shape& shape : shapes) {
    if (shape.size() > out.size()) out.insert(out.begin(), shape.size() - out.size(), 1);
    for (size_t i = 0; i < shape.size(); ++i) {
      int32_t& dim = out[out.size() - shape.size() + i];
      if (dim == 1) dim = shape[i];
      if (shape[i] == 1 || shape[i] == dim) continue;
      std::string all;
      for (const Shape& s : shapes) all += (all.empty() ? "" : " and ") + ShapeText(s);
      return Refuse("UNSUPPORTED_SHAPE",
                    "shapes " + all +
                        " do not broadcast; supported are dimensions that, counted from the last, "
                        "are equal or 1. Check the shapes of the model");
    }
  }
  if (ElementCount(out) < 1)
    return Refuse("UNSUPPORTED_SHAPE",
                  "its output has shape " + ShapeText(out) +
                      "; supported are fewer than 2^31 elements. Feed the model less");
  return out;
}

std::vector<int32_t> ContiguousStrides(const Shape& shape) {
  std::vector<int32_t> strides(shape.size());
  int32_t step = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

std::vector<int32_t> BroadcastStrides(const Shape& from, const Shape& to) {
  std::vector<int32_t> strides(to.size(), 0);
  const std::vector<int32_t> own = ContiguousStrides(from);
  for (size_t d = 0; d < from.size(); ++d) {
    if (from[d] != 1) strides[to.size() - from.size() + d] = own[d];
  }
  return strides;
}

er_walk_shape_t MakeWalk(const Shape& shape, const std::vector<std::vector<int32_t>>& strides) {
  er_walk_shape_t walk = {};
  for (int32_t& dim : walk.dims) dim = 1;
  size_t rank = 0;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    bool merges = rank > 0;
    for (size_t t = 0; t < strides.size(); ++t) {
      merges = merges && walk.strides[t][rank - 1] == strides[t][d] * shape[d];
    }
    if (!merges) ++rank;
    walk.dims[rank - 1] *= shape[d];
    for (size_t t = 0; t < strides.size(); ++t) walk.strides[t][rank - 1] = strides[t][d];
  }
  walk.rank = static_cast<int32_t>(std::max<size_t>(rank, 1));
  return walk;
}

absl::StatusOr<size_t> Axis(int64_t axis, size_t rank) {
  const int64_t limit = static_cast<int64_t>(rank);
  if (axis >= -limit && axis < limit) return static_cast<size_t>(axis < 0 ? axis + limit : axis);
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "axis is " + std::to_string(axis) + "; supported are " + std::to_string(-limit) +
                    " to " + std::to_string(limit - 1) + ". Check the shapes of the model");
}

absl::StatusOr<std::vector<size_t>> Axes(const std::vector<int64_t>& axes, size_t rank) {
  std::set<size_t> found;
  for (int64_t axis : axes) {
    ER_ASSIGN_OR_RETURN(size_t dim, Axis(axis, rank));
    found.insert(dim);
  }
  return std::vector<size_t>(found.begin(), found.end());
}

SplitWalk SplitByAxes(const Shape& shape, const std::vector<size_t>& axes,
                      const std::vector<std::vector<int32_t>>& strides) {
  Shape shapes[2];
  std::vector<std::vector<int32_t>> parts[2];
  parts[0].resize(strides.size());
  parts[1].resize(strides.size());
  for (size_t d = 0; d < shape.size(); ++d) {
    const size_t part = std::find(axes.begin(), axes.end(), d) != axes.end() ? 1 : 0;
    shapes[part].push_back(shape[d]);
    for (size_t t = 0; t < strides.size(); ++t) parts[part][t].push_back(strides[t][d]);
  }
  return {MakeWalk(shapes[0], parts[0]), MakeWalk(shapes[1], parts[1])};
}

er_axis_t AxisView(const Shape& shape, size_t axis) {
  er_axis_t view = {1, 1, 1};
  for (size_t d = 0; d < shape.size(); ++d) {
    (d < axis ? view.outer : d == axis ? view.depth : view.inner) *= shape[d];
  }
  return view;
}

}  // namespace edgerack::compiler
