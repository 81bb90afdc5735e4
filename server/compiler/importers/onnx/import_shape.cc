// Shapes: what only gives the same elements another shape, and what computes with shapes.
#include <algorithm>
#include <numeric>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

OnnxConstant Int64List(const std::vector<int64_t>& values, bool scalar = false) {
  OnnxConstant constant;
  constant.dtype = DType::kS64;
  if (!scalar) constant.dims = {static_cast<int64_t>(values.size())};
  constant.data = std::make_shared<const std::string>(BytesOf(values));
  return constant;
}

// Of dimensions that are not negative; more than any tensor has where it would overflow (a tensor
// without elements may have dimensions of any size beside its 0).
int64_t Product(const std::vector<int64_t>& dims) {
  constexpr int64_t kMost = INT64_C(1) << 40;
  if (std::count(dims.begin(), dims.end(), 0) != 0) return 0;
  int64_t product = 1;
  for (int64_t dim : dims) product = dim > kMost / product ? kMost : product * dim;
  return product;
}

// A constant without elements keeps its type under another shape.
void OutputEmpty(OnnxNodeContext& c, std::vector<int64_t> dims) {
  OnnxConstant constant = *c.Value(0).empty;
  constant.dims = std::move(dims);
  c.OutputConstant(0, std::move(constant));
}

bool IsEmpty(OnnxNodeContext& c) { return c.Has(0) && c.Value(0).empty != nullptr; }

void ReshapeTo(OnnxNodeContext& c, const std::vector<int64_t>& dims) {
  int64_t elements = 1;
  for (int64_t dim : dims) {
    if (dim > INT32_MAX) {
      return c.Fail("UNSUPPORTED_SHAPE",
                    "shape holds " + std::to_string(dim) +
                        "; supported are dimensions below 2^31. Export the model again");
    }
    elements *= std::min<int64_t>(dim, 1);
  }
  if (elements == 0 && IsEmpty(c)) return OutputEmpty(c, dims);
  if (dims.size() > 6) {
    return c.Fail("UNSUPPORTED_SHAPE", "it makes a tensor of " + std::to_string(dims.size()) +
                                           " dimensions; supported are at most 6. Join some of "
                                           "them in the model");
  }
  c.Output(0, c.Reshape(c.In(0), ToShape(dims)));
}

std::vector<int64_t> AxesOf(OnnxNodeContext& c) {
  return c.Has(1) ? c.ConstInts(1, "axes") : c.Ints("axes");
}

// The slice [start, end) of a list's positions as Shape and Slice count them.
std::pair<int64_t, int64_t> Range(OnnxNodeContext& c, int64_t rank) {
  auto position = [rank](int64_t value) {
    return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  const int64_t start = position(c.Int("start", 0));
  const int64_t end = position(c.Int("end", rank));
  return {start, std::max(start, end)};
}

}  // namespace

void ImportIdentity(OnnxNodeContext& c) {
  if (IsEmpty(c)) return OutputEmpty(c, c.Value(0).empty->dims);
  c.Output(0, c.In(0));
}

// Inference only: nothing is dropped, the mask is all true.
void ImportDropout(OnnxNodeContext& c) {
  c.Ignore("ratio");
  c.Ignore("seed");
  if (c.Int("is_test", 1) == 0) {
    c.FailAttribute("is_test", "0", "is 1", "Export the model for inference (model.eval())");
  }
  if (c.Has(2)) {
    const std::vector<int64_t> training = c.ConstInts(2, "training_mode");
    const std::vector<double> ratio = c.Has(1) ? c.ConstReals(1, "ratio") : std::vector{0.5};
    const bool drops = ratio.empty() || ratio[0] != 0;
    if (c.ok() && !training.empty() && training[0] != 0 && drops) {
      return c.Fail("UNSUPPORTED_ATTRIBUTE",
                    "input training_mode is true; supported is false. Export the model for "
                    "inference (model.eval())");
    }
  }
  c.Output(0, c.In(0));
  if (!c.Wants(1) || !c.ok()) return;
  const Shape& shape = c.ShapeOf(c.In(0));
  c.Output(1, c.Constant(DType::kBool, shape,
                         std::string(static_cast<size_t>(ElementCount(shape)), '\1')));
}

void ImportReshape(OnnxNodeContext& c) {
  std::vector<int64_t> dims = c.ConstInts(1, "shape");
  const bool allow_zero = c.Int("allowzero", 0) != 0;
  const std::vector<int64_t> from = c.DimsOf(0);
  if (!c.ok()) return;
  std::vector<int64_t> known_dims;
  int open = -1;
  for (size_t d = 0; d < dims.size(); ++d) {
    if (dims[d] == 0 && !allow_zero) {
      if (d >= from.size()) {
        return c.Fail("BAD_MODEL_FILE", "shape " + ListText(dims) + " copies dimension " +
                                            std::to_string(d) + " of an input of " +
                                            std::to_string(from.size()) + " dimensions");
      }
      dims[d] = from[d];
    }
    if (dims[d] == -1 && open < 0) {
      open = static_cast<int>(d);
    } else if (dims[d] < 0 || dims[d] > INT32_MAX) {
      return c.Fail("BAD_MODEL_FILE", "shape is " + ListText(dims));
    } else {
      known_dims.push_back(dims[d]);
    }
  }
  if (open >= 0) {
    const int64_t known = Product(known_dims);
    const int64_t elements = Product(from);
    if (known == 0 || elements % known != 0) {
      return c.Fail("SHAPE_MISMATCH", "input shape is " + ListText(dims) +
                                          "; supported are shapes of " + std::to_string(elements) +
                                          " elements, what its input has. With another batch size, "
                                          "export the model with a dynamic batch dimension");
    }
    dims[static_cast<size_t>(open)] = elements / known;
  }
  ReshapeTo(c, dims);
}

void ImportFlatten(OnnxNodeContext& c) {
  const std::vector<int64_t> from = c.DimsOf(0);
  const int64_t rank = static_cast<int64_t>(from.size());
  const int64_t axis = c.Axis(c.Int("axis", 1), rank, true);
  if (!c.ok()) return;
  ReshapeTo(c, {Product({from.begin(), from.begin() + axis}),
                Product({from.begin() + axis, from.end()})});
}

void ImportSqueeze(OnnxNodeContext& c) {
  const std::vector<int64_t> from = c.DimsOf(0);
  std::vector<int64_t> axes = AxesOf(c);
  const bool all = axes.empty();
  axes = c.Axes(axes, static_cast<int64_t>(from.size()));
  if (!c.ok()) return;
  std::vector<int64_t> dims;
  for (size_t d = 0; d < from.size(); ++d) {
    const bool named = std::count(axes.begin(), axes.end(), static_cast<int64_t>(d)) != 0;
    if (named && from[d] != 1) {
      return c.Fail("BAD_MODEL_FILE", "axes name dimension " + std::to_string(d) + ", which is " +
                                          std::to_string(from[d]) + ", not 1");
    }
    if (!named && !(all && from[d] == 1)) dims.push_back(from[d]);
  }
  ReshapeTo(c, dims);
}

void ImportUnsqueeze(OnnxNodeContext& c) {
  std::vector<int64_t> dims = c.DimsOf(0);
  std::vector<int64_t> axes = AxesOf(c);
  axes = c.Axes(axes, static_cast<int64_t>(dims.size() + axes.size()));
  if (!c.ok()) return;
  for (int64_t axis : axes) dims.insert(dims.begin() + axis, 1);
  ReshapeTo(c, dims);
}

void ImportShape(OnnxNodeContext& c) {
  const std::vector<int64_t> dims = c.DimsOf(0);
  const auto [start, end] = Range(c, static_cast<int64_t>(dims.size()));
  if (!c.ok()) return;
  c.OutputConstant(0, Int64List({dims.begin() + start, dims.begin() + end}));
}

void ImportSize(OnnxNodeContext& c) {
  c.OutputConstant(0, Int64List({Product(c.DimsOf(0))}, true));
}

void ImportTranspose(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  std::vector<int64_t> perm = c.Ints("perm");
  if (!c.ok()) return;
  if (perm.empty()) {
    perm.resize(static_cast<size_t>(c.Rank(x)));
    std::iota(perm.rbegin(), perm.rend(), 0);
  }
  std::vector<int64_t> sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (size_t d = 0; d < sorted.size(); ++d) {
    if (sorted.size() != static_cast<size_t>(c.Rank(x)) || sorted[d] != static_cast<int64_t>(d)) {
      return c.FailAttribute("perm", ListText(perm),
                             "is each of the " + std::to_string(c.Rank(x)) + " dimensions once",
                             "Export the model again");
    }
  }
  c.Output(0, c.Transpose(x, perm));
}

void ImportExpand(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  std::vector<int64_t> target = c.ConstInts(1, "shape");
  if (!c.ok()) return;
  // Both shapes are aligned at the end; the larger dimension counts.
  std::vector<int64_t> from = Dims(c.ShapeOf(x));
  const size_t rank = std::max(from.size(), target.size());
  from.insert(from.begin(), rank - from.size(), 1);
  target.insert(target.begin(), rank - target.size(), 1);
  for (size_t d = 0; d < rank; ++d) {
    if (target[d] == 1) target[d] = from[d];
    if (target[d] < 1 || target[d] > INT32_MAX || (from[d] != 1 && from[d] != target[d])) {
      return c.Fail("UNSUPPORTED_SHAPE", "shape is " + ListText(target) + " for an input of " +
                                             ListText(from) +
                                             "; supported are dimensions that are equal, or 1 in "
                                             "the input. Check the shapes of the model");
    }
  }
  if (rank > 6)
    return c.Fail("UNSUPPORTED_SHAPE",
                  "shape has " + std::to_string(rank) +
                      " dimensions; supported are at most 6. Join some of them in the model");
  if (target == from) return c.Output(0, c.Reshape(x, ToShape(target)));
  c.Output(0, c.Emit("expand", {x}, {{"shape", target}}));
}

void ImportTile(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const std::vector<int64_t> repeats = c.ConstInts(1, "repeats");
  c.Output(0, c.Emit("tile", {x}, {{"repeats", repeats}}));
}

}  // namespace edgerack::compiler
