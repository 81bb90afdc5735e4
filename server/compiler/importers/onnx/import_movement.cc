// Elements go elsewhere and stay what they are: slices, joins, gathers, scatters, padding.
#include <algorithm>
#include <numeric>

#include "server/compiler/importers/onnx/layout.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

std::vector<int64_t> AllAxes(int64_t rank) {
  std::vector<int64_t> axes(static_cast<size_t>(std::max<int64_t>(rank, 0)));
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

// begin, end and step of one dimension as Python counts them; `end` is -1 where a backward slice
// takes the first element too.
struct Span {
  int64_t begin = 0, end = 0, step = 1;

  int64_t count() const {
    const int64_t length = step > 0 ? end - begin : begin - end;
    const int64_t stride = step > 0 ? step : -step;
    return length <= 0 ? 0 : (length + stride - 1) / stride;
  }
};

Span MakeSpan(int64_t begin, int64_t end, int64_t step, int64_t dim) {
  Span span;
  span.step = std::clamp<int64_t>(step, -INT32_MAX, INT32_MAX);
  auto wrap = [dim](int64_t value) {
    return value < 0 ? std::max<int64_t>(value, -INT64_C(1) << 40) + dim : value;
  };
  const int64_t low = step > 0 ? 0 : -1;
  const int64_t high = step > 0 ? dim : dim - 1;
  span.begin = std::clamp(wrap(begin), step > 0 ? low : int64_t{0}, high);
  span.end = std::clamp(wrap(end), low, high);
  return span;
}

struct SliceInputs {
  std::vector<int64_t> starts, ends, axes, steps;
};

SliceInputs ReadSlice(OnnxNodeContext& c, int64_t rank) {
  SliceInputs s;
  if (c.opset() < 10) {
    s.starts = c.Ints("starts");
    s.ends = c.Ints("ends");
    s.axes = c.Ints("axes");
  } else {
    s.starts = c.ConstInts(1, "starts");
    s.ends = c.ConstInts(2, "ends");
    if (c.Has(3)) s.axes = c.ConstInts(3, "axes");
    if (c.Has(4)) s.steps = c.ConstInts(4, "steps");
  }
  if (s.axes.empty())
    s.axes = AllAxes(std::min<int64_t>(rank, static_cast<int64_t>(s.starts.size())));
  if (s.steps.empty()) s.steps.assign(s.starts.size(), 1);
  for (int64_t& axis : s.axes) axis = c.Axis(axis, rank);
  const size_t n = s.starts.size();
  if (s.ends.size() != n || s.axes.size() != n || s.steps.size() != n ||
      std::count(s.steps.begin(), s.steps.end(), 0) != 0) {
    c.Fail("BAD_MODEL_FILE",
           "starts, ends, axes and steps must be lists of one length, steps not "
           "0; found " +
               ListText(s.starts) + ", " + ListText(s.ends) + ", " + ListText(s.axes) + ", " +
               ListText(s.steps));
  }
  return s;
}

void OutputEmpty(OnnxNodeContext& c, DType dtype, std::vector<int64_t> dims) {
  OnnxConstant constant;
  constant.dtype = dtype;
  constant.dims = std::move(dims);
  constant.data = std::make_shared<const std::string>();
  c.OutputConstant(0, std::move(constant));
}

// The parts' sizes: given, or equal ones (the last may be smaller where the count is an attribute).
std::vector<int64_t> SplitSizes(OnnxNodeContext& c, int64_t extent) {
  std::vector<int64_t> sizes = c.Has(1) ? c.ConstInts(1, "split") : c.Ints("split");
  const int64_t parts = c.Int("num_outputs", static_cast<int64_t>(c.output_count()));
  if (!c.ok() || !sizes.empty()) return sizes;
  if (parts < 1 || parts != static_cast<int64_t>(c.output_count())) {
    c.FailAttribute("num_outputs", std::to_string(parts),
                    "is the number of outputs, " + std::to_string(c.output_count()),
                    "Export the model again");
    return sizes;
  }
  const int64_t size = (extent + parts - 1) / parts;
  for (int64_t i = 0; i < parts; ++i) {
    sizes.push_back(std::clamp<int64_t>(extent - i * size, 0, size));
  }
  return sizes;
}

// `axis` moved to the end of a 2-D view and back is not needed: gather takes any axis.
TensorId Gather(OnnxNodeContext& c, TensorId x, TensorId indices, int64_t axis) {
  return c.Emit("gather", {x, indices}, {{"axis", axis}, {"batch_dims", int64_t{0}}});
}

TensorId Int64Constant(OnnxNodeContext& c, const std::vector<int64_t>& values) {
  return c.Constant(DType::kS64, {static_cast<int32_t>(values.size())}, BytesOf(values));
}

std::string Reduction(OnnxNodeContext& c) {
  const std::string reduction = c.Text("reduction", "none");
  for (const char* known : {"none", "add", "mul", "min", "max"}) {
    if (reduction == known) return reduction;
  }
  c.FailAttribute("reduction", reduction, "are none, add, mul, min and max",
                  "Use one of these in the model");
  return "none";
}

}  // namespace

void ImportSlice(OnnxNodeContext& c) {
  const std::vector<int64_t> dims = c.DimsOf(0);
  const SliceInputs s = ReadSlice(c, static_cast<int64_t>(dims.size()));
  if (!c.ok()) return;
  std::vector<int64_t> begin(dims.size(), 0), end = dims, steps(dims.size(), 1), result = dims;
  for (size_t i = 0; i < s.axes.size(); ++i) {
    const size_t d = static_cast<size_t>(s.axes[i]);
    const Span span = MakeSpan(s.starts[i], s.ends[i], s.steps[i], dims[d]);
    begin[d] = span.begin;
    end[d] = span.end < 0 ? -dims[d] - 1 : span.end;  // -1 would count from the end
    steps[d] = span.step;
    result[d] = span.count();
  }
  const bool none = std::count(result.begin(), result.end(), 0) != 0;
  if (none && (c.IsConst(0) || c.Value(0).empty != nullptr)) {
    return OutputEmpty(c, c.Value(0).empty ? c.Value(0).empty->dtype : c.T(c.In(0)).dtype, result);
  }
  const TensorId x = c.In(0);
  if (none)
    return c.Fail("UNSUPPORTED_SHAPE", "its output " + ListText(result) +
                                           " is empty; supported are outputs with elements. "
                                           "Export the model without this node");
  if (result == dims &&
      std::count(steps.begin(), steps.end(), 1) == static_cast<std::ptrdiff_t>(steps.size())) {
    return c.Output(0, x);
  }
  c.Output(0, c.Emit("slice", {x}, {{"begin", begin}, {"end", end}, {"steps", steps}}));
}

void ImportSplit(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t axis = c.Axis(c.Int("axis", 0), c.Rank(x));
  if (!c.ok()) return;
  const int64_t extent = c.ShapeOf(x)[static_cast<size_t>(axis)];
  const std::vector<int64_t> sizes = SplitSizes(c, extent);
  if (!c.ok()) return;
  int64_t begin = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const int64_t end = begin + sizes[i];
    if (sizes[i] < 1 || end > extent || sizes.size() != c.output_count()) {
      return c.FailAttribute(
          "split", ListText(sizes),
          "are sizes above 0, one per output, that add up to " + std::to_string(extent),
          "Export the model again with the shapes it will run with");
    }
    if (c.Wants(i)) c.Output(i, c.SliceAxis(x, axis, begin, end));
    begin = end;
  }
}

void ImportConcat(OnnxNodeContext& c) {
  std::vector<TensorId> parts;
  int64_t rank = -1;
  for (size_t i = 0; i < c.input_count(); ++i) {
    if (!c.Has(i) || c.Value(i).empty != nullptr) continue;  // adds nothing
    parts.push_back(c.In(i));
    rank = c.Rank(parts.back());
  }
  if (!c.ok() || parts.empty())
    return c.Fail(
        "UNSUPPORTED_SHAPE",
        "it joins nothing; supported are parts with elements. Export the model without it");
  c.Output(0, c.Concat(parts, c.Axis(c.Int("axis", c.opset() < 4 ? 1 : 0), rank)));
}

void ImportGather(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const TensorId indices = c.In(1);
  const int64_t axis = c.Axis(c.Int("axis", 0), c.Rank(x));
  if (!c.ok()) return;
  // One index that is known is a slice, which needs no table and no loop.
  if (c.Rank(indices) == 0 && c.IsConst(1)) {
    Shape shape = c.ShapeOf(x);
    const int64_t extent = shape[static_cast<size_t>(axis)];
    const std::vector<int64_t> known = c.ConstInts(1, "indices");
    if (!c.ok()) return;
    const int64_t given = known.at(0);
    const int64_t index = given < 0 ? given + extent : given;
    if (index < 0 || index >= extent) {
      return c.Fail("BAD_MODEL_FILE", "index " + std::to_string(given) + " is outside 0 to " +
                                          std::to_string(extent - 1));
    }
    shape.erase(shape.begin() + axis);
    return c.Output(0, c.Reshape(c.SliceAxis(x, axis, index, index + 1), shape));
  }
  c.Output(0, Gather(c, x, indices, axis));
}

void ImportGatherElements(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t axis = c.Axis(c.Int("axis", 0), c.Rank(x));
  c.Output(0, c.Emit("gather_elements", {x, c.In(1)}, {{"axis", axis}}));
}

void ImportGatherNd(OnnxNodeContext& c) {
  const int64_t batch_dims = c.Int("batch_dims", 0);
  c.Output(0, c.Emit("gather_nd", {c.In(0), c.In(1)}, {{"batch_dims", batch_dims}}));
}

void ImportScatterElements(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t axis = c.Axis(c.Int("axis", 0), c.Rank(x));
  c.Output(0, c.Emit("scatter_elements", {x, c.In(1), c.In(2)},
                     {{"axis", axis}, {"reduction", Reduction(c)}}));
}

void ImportScatterNd(OnnxNodeContext& c) {
  c.Output(0, c.Emit("scatter_nd", {c.In(0), c.In(1), c.In(2)}, {{"reduction", Reduction(c)}}));
}

void ImportPad(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const std::string mode = c.Text("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap") {
    return c.FailAttribute("mode", mode, "are constant, reflect, edge and wrap",
                           "Pad with one of these in the model");
  }
  const std::vector<int64_t> given = c.opset() < 11 ? c.Ints("pads") : c.ConstInts(1, "pads");
  std::vector<int64_t> axes = AllAxes(c.Rank(x));
  if (c.Has(3)) axes = c.ConstInts(3, "axes");
  TensorId value = kNoTensor;
  if (c.opset() < 11) {
    const double real = c.Real("value", 0.0);
    if (real != 0 && c.ok()) value = c.Scalar(c.T(x).dtype, real);
  } else if (c.Has(2) &&
             c.Value(2).empty == nullptr) {  // some exporters write no elements for none
    value = c.In(2);
    // Zero is what padding is anyway, and then it can move into a convolution.
    const std::vector<double> known =
        c.IsConst(2) ? c.ConstReals(2, "constant_value") : std::vector<double>{};
    if (known.size() == 1 && known[0] == 0) value = kNoTensor;
  }
  if (!c.ok()) return;
  if (given.size() != 2 * axes.size()) {
    return c.FailAttribute(
        "pads", ListText(given),
        "are two numbers for each of " + std::to_string(axes.size()) + " dimensions",
        "Export the model again");
  }
  std::vector<int64_t> pads(2 * c.ShapeOf(x).size(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t d = static_cast<size_t>(c.Axis(axes[i], c.Rank(x)));
    if (!c.ok()) return;
    pads[2 * d] = given[i];
    pads[2 * d + 1] = given[axes.size() + i];
  }
  Attributes attributes = {{"pads", pads}};
  if (mode != "constant") attributes["mode"] = mode;
  std::vector<TensorId> inputs = {x};
  if (value != kNoTensor && mode == "constant") inputs.push_back(value);
  c.Output(0, c.Emit("pad", inputs, std::move(attributes)));
}

void ImportDepthToSpace(OnnxNodeContext& c) {
  const int64_t block = c.Int("blocksize", 0);
  const std::string mode = c.Text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") {
    return c.FailAttribute("mode", mode, "are DCR and CRD", "Export the model again");
  }
  const TensorId y =
      c.Emit("depth_to_space", {ToNhwc(c, c.In(0))}, {{"block", block}, {"mode", mode}});
  c.Output(0, FromNhwc(c, y, 2));
}

void ImportSpaceToDepth(OnnxNodeContext& c) {
  const int64_t block = c.Int("blocksize", 0);
  const TensorId y = c.Emit("space_to_depth", {ToNhwc(c, c.In(0))}, {{"block", block}});
  c.Output(0, FromNhwc(c, y, 2));
}

void ImportReverseSequence(OnnxNodeContext& c) {
  const int64_t batch_axis = c.Int("batch_axis", 1);
  const int64_t time_axis = c.Int("time_axis", 0);
  const TensorId x = c.In(0);
  c.Output(0, c.Emit("reverse_sequence", {x, c.In(1)},
                     {{"batch_axis", c.Axis(batch_axis, c.Rank(x))},
                      {"time_axis", c.Axis(time_axis, c.Rank(x))}}));
}

void ImportTrilu(OnnxNodeContext& c) {
  const int64_t upper = c.Int("upper", 1);
  int64_t k = 0;
  if (c.Has(1)) {
    const std::vector<int64_t> value = c.ConstInts(1, "k");
    if (value.size() == 1) k = std::clamp<int64_t>(value[0], -INT32_MAX, INT32_MAX);
  }
  c.Output(0, c.Emit("trilu", {c.In(0)}, {{"upper", upper}, {"k", k}}));
}

void ImportOneHot(OnnxNodeContext& c) {
  const TensorId indices = c.In(0);
  std::vector<int64_t> depth;
  if (c.IsConst(1) && c.T(c.In(1)).dtype == DType::kF32) {
    for (double real : c.ConstReals(1, "depth")) {
      depth.push_back(real >= 0 && real <= 1e9 ? static_cast<int64_t>(real) : -1);
    }
  } else {
    depth = c.ConstInts(1, "depth");
  }
  const TensorId values = c.In(2);
  const int64_t axis = c.Axis(c.Int("axis", -1), c.Rank(indices) + 1);
  if (!c.ok()) return;
  if (depth.size() != 1 || depth[0] < 1 || depth[0] > 65536 || c.ShapeOf(values) != Shape{2}) {
    return c.Fail("UNSUPPORTED_ATTRIBUTE", "depth is " + ListText(depth) +
                                               "; supported is one number of 1 to 65536, and "
                                               "values = [off, on]. Export the model again");
  }
  c.Output(0, c.Emit("one_hot", {indices, values},
                     {{"depth", depth[0]}, {"axis", axis}, {"wrap_negative", int64_t{1}}}));
}

void ImportCompress(OnnxNodeContext& c) {
  TensorId x = c.In(0);
  const std::vector<int64_t> condition = c.ConstInts(1, "condition");
  const bool flat = !c.HasAttribute("axis");
  const int64_t given = c.Int("axis", 0);
  if (!c.ok()) return;
  if (flat) x = c.Reshape(x, {static_cast<int32_t>(c.T(x).elements())});
  const int64_t axis = flat ? 0 : c.Axis(given, c.Rank(x));
  if (!c.ok()) return;
  const int64_t extent = c.ShapeOf(x)[static_cast<size_t>(axis)];
  std::vector<int64_t> kept;
  for (size_t i = 0; i < condition.size() && static_cast<int64_t>(i) < extent; ++i) {
    if (condition[i] != 0) kept.push_back(static_cast<int64_t>(i));
  }
  if (kept.empty()) {
    return c.Fail("UNSUPPORTED_SHAPE",
                  "its condition keeps no element; supported are outputs with elements. Export the "
                  "model without this node");
  }
  c.Output(0, Gather(c, x, Int64Constant(c, kept), axis));
}

// Cuts or pads around the middle.
void ImportCenterCropPad(OnnxNodeContext& c) {
  TensorId x = c.In(0);
  const std::vector<int64_t> target = c.ConstInts(1, "shape");
  std::vector<int64_t> axes = c.Ints("axes");
  if (axes.empty()) axes = AllAxes(c.Rank(x));
  if (!c.ok()) return;
  if (axes.size() != target.size()) {
    return c.FailAttribute("axes", ListText(axes), "are as many as elements of shape",
                           "Export the model again");
  }
  std::vector<int64_t> pads(2 * c.ShapeOf(x).size(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t axis = c.Axis(axes[i], c.Rank(x));
    if (!c.ok()) return;
    const size_t d = static_cast<size_t>(axis);
    const int64_t extent = c.ShapeOf(x)[d];
    if (target[i] < 1)
      return c.Fail("UNSUPPORTED_SHAPE",
                    "its shape is " + ListText(target) +
                        "; supported are dimensions of at least 1. Export the model again");
    if (target[i] < extent) {
      const int64_t begin = (extent - target[i]) / 2;
      x = c.SliceAxis(x, axis, begin, begin + target[i]);
    } else {
      pads[2 * d] = (target[i] - extent) / 2;
      pads[2 * d + 1] = target[i] - extent - pads[2 * d];
    }
    if (!c.ok()) return;
  }
  const bool padded =
      std::count(pads.begin(), pads.end(), 0) != static_cast<std::ptrdiff_t>(pads.size());
  c.Output(0, padded ? c.Emit("pad", {x}, {{"pads", pads}}) : x);
}

}  // namespace edgerack::compiler
