#include "server/compiler/ops/movement.h"

#include <algorithm>

#include "firmware/kernels/strided_copy/strided_copy.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"

namespace edgerack::compiler {
namespace {

// Two loops are one where the outer one continues what the inner one walks.
bool Joins(const CopyLoop& outer, const CopyLoop& inner) {
  return outer.in_stride == inner.in_stride * inner.count &&
         outer.out_stride == inner.out_stride * inner.count;
}

std::vector<CopyLoop> Simplified(const std::vector<CopyLoop>& loops) {
  std::vector<CopyLoop> kept;
  for (const CopyLoop& loop : loops) {
    if (loop.count == 1) continue;
    if (!kept.empty() && Joins(kept.back(), loop)) {
      kept.back() = {kept.back().count * loop.count, loop.in_stride, loop.out_stride};
    } else {
      kept.push_back(loop);
    }
  }
  if (kept.empty()) kept.push_back({1, 1, 1});
  return kept;
}

}  // namespace

std::vector<const char*> AllTypes() {
  return {"float32", "int8", "uint8", "int16", "int32", "int64", "bool"};
}

absl::StatusOr<size_t> NormalizeAxis(int64_t axis, size_t rank) {
  const int64_t size = static_cast<int64_t>(rank);
  if (axis < -size || axis >= size) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "axis is " + std::to_string(axis) + "; supported are " + std::to_string(-size) +
                      " to " + std::to_string(size - 1) + ". Check the shapes of the model");
  }
  return static_cast<size_t>(axis < 0 ? axis + size : axis);
}

absl::StatusOr<std::vector<size_t>> NormalizeAxes(const Node& node, size_t rank) {
  std::vector<size_t> axes;
  if (node.attributes.count("axes") == 0) {
    for (size_t d = 0; d < rank; ++d) axes.push_back(d);
    return axes;
  }
  for (int64_t axis : node.Ints("axes")) {
    ER_ASSIGN_OR_RETURN(const size_t d, NormalizeAxis(axis, rank));
    if (std::find(axes.begin(), axes.end(), d) != axes.end()) {
      return Refuse("UNSUPPORTED_ATTRIBUTE",
                    "axis " + std::to_string(axis) +
                        " is given twice; supported is each axis once. Export the model again");
    }
    axes.push_back(d);
  }
  return axes;
}

int64_t DimProduct(const Shape& shape, size_t begin, size_t end) {
  int64_t product = 1;
  for (size_t d = begin; d < end; ++d) product *= shape[d];
  return product;
}

std::vector<int64_t> RowMajorStrides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

absl::Status RequireMovable(const Tensor& x, const Tensor& y) {
  if (x.quantization == y.quantization && x.quantization.scales.size() <= 1) {
    return absl::OkStatus();
  }
  if (x.quantization.scales.size() > 1 || y.quantization.scales.size() > 1) {
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "tensor '" + x.name + "' or '" + y.name +
            "' has one scale per channel; supported where elements move is "
            "one scale for all of them. Quantize the model again, activations per tensor");
  }
  return Refuse("UNSUPPORTED_QUANTIZATION",
                "tensors '" + x.name + "' and '" + y.name +
                    "' have different scales or zero points; supported where elements only move "
                    "is one on both sides. Put a requantization in front of it");
}

absl::Status RequireIndexType(const Tensor& t) {
  if (t.dtype == DType::kS32 || t.dtype == DType::kS64) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", "indices '" + t.name + "' are " + DTypeName(t.dtype) +
                                        "; supported are int32 and int64. Cast them in the model");
}

absl::Status RequireIndicesBelow(const Tensor& indices, int64_t size) {
  return RequireIndicesBelow(indices, std::vector<int64_t>{size});
}

absl::Status RequireIndicesBelow(const Tensor& indices, const std::vector<int64_t>& sizes) {
  if (!indices.constant()) return absl::OkStatus();
  for (int64_t i = 0; i < indices.elements(); ++i) {
    const int64_t size = sizes[static_cast<size_t>(i) % sizes.size()];
    const double index = ElementAsDouble(indices.dtype, *indices.data, static_cast<size_t>(i));
    if (index >= static_cast<double>(-size) && index < static_cast<double>(size)) continue;
    return Refuse("INDEX_OUT_OF_RANGE",
                  "index " + std::to_string(static_cast<int64_t>(index)) + " in '" + indices.name +
                      "' is outside of a dimension of " + std::to_string(size));
  }
  return absl::OkStatus();
}

absl::StatusOr<Shape> BroadcastShapes(const Shape& a, const Shape& b) {
  Shape out(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < out.size(); ++i) {  // from the last dimension
    const int32_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int32_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) {
      return Refuse(
          "UNSUPPORTED_SHAPE",
          "shapes " + ShapeText(a) + " and " + ShapeText(b) +
              " do not broadcast: " + std::to_string(left) + " against " + std::to_string(right) +
              "; supported are dimensions that are equal or 1. Check the shapes of the model");
    }
    out[out.size() - 1 - i] = std::max(left, right);
  }
  return out;
}

absl::StatusOr<LoweredOp> LowerStridedCopy(const Graph& graph, const Node& node,
                                           const std::vector<CopyLoop>& loops, int64_t in_start,
                                           int64_t out_start) {
  const std::vector<CopyLoop> kept = Simplified(loops);
  if (kept.size() > ER_STRIDED_COPY_DIMS) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "this takes " + std::to_string(kept.size()) + " nested loops; supported are " +
                      std::to_string(ER_STRIDED_COPY_DIMS) + ". Do it in two steps");
  }
  er_strided_copy_params_t p = {};
  p.element_bytes = static_cast<int32_t>(DTypeBytes(In(graph, node, 0).dtype));
  p.rank = static_cast<int32_t>(kept.size());
  std::fill(p.dims, p.dims + ER_STRIDED_COPY_DIMS, 1);
  for (size_t i = 0; i < kept.size(); ++i) {
    p.dims[i] = static_cast<int32_t>(kept[i].count);
    p.in_stride[i] = static_cast<int32_t>(kept[i].in_stride);
    p.out_stride[i] = static_cast<int32_t>(kept[i].out_stride);
  }
  p.in_start = static_cast<int32_t>(in_start);
  p.out_start = static_cast<int32_t>(out_start);
  LoweredOp lowered;
  lowered.kernel_op = "strided_copy";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace edgerack::compiler
