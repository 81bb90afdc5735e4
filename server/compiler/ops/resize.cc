// resize(x) {mode, out_h, out_w, …}: another height and width, NHWC
#include "firmware/kernels/resize/resize.h"

#include <cstring>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"
#include "server/compiler/ops/resize_table.h"

namespace edgerack::compiler {
namespace {

constexpr const char* kCoordinates[] = {"half_pixel", "pytorch_half_pixel",   "align_corners",
                                        "asymmetric", "half_pixel_symmetric", "tf_crop_and_resize"};
constexpr const char* kRoundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
constexpr const char* kModes[] = {"nearest", "linear", "cubic"};

template <size_t N>
absl::Status RequireOneOf(const Node& node, const char* key, const char* fallback,
                          const char* const (&names)[N]) {
  const std::string value = node.Text(key, fallback);
  std::string known;
  for (const char* name : names) {
    if (value == name) return absl::OkStatus();
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE", std::string(key) + " is " + value + "; supported are " +
                                             known + ". Export the model with one of these");
}

ResizeAxis Axis(const Graph& graph, const Node& node, bool vertical) {
  ResizeAxis a;
  a.in = In(graph, node, 0).shape[vertical ? 1 : 2];
  a.out = node.Int(vertical ? "out_h" : "out_w");
  a.scale = node.Real(vertical ? "scale_h" : "scale_w");
  a.coordinate = node.Text("coordinate", "half_pixel");
  a.roi_begin = node.Real(vertical ? "roi_top" : "roi_left", 0);
  a.roi_end = node.Real(vertical ? "roi_bottom" : "roi_right", 1);
  a.float_coordinates = node.Int("float_coordinates") != 0;
  return a;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRank(x, 4));
  Shape shape = x.shape;
  for (bool vertical : {true, false}) {
    const ResizeAxis a = Axis(graph, node, vertical);
    if (a.out < 1 || a.out > 65535 || !(a.scale >= 0)) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "a size of " + std::to_string(a.out) +
                                                 "; supported are 1 to 65535, and no negative "
                                                 "scale. Export the model with fixed sizes");
    }
    shape[vertical ? 1 : 2] = static_cast<int32_t>(a.out);
  }
  return OneOutput(x.dtype, shape);
}

// Linear interpolation of int8 and int16 is TensorFlow Lite's and nothing else.
absl::Status VerifyIntegerLinear(const Node& node) {
  const std::string coordinate = node.Text("coordinate", "half_pixel");
  const bool known =
      coordinate == "half_pixel" || coordinate == "align_corners" || coordinate == "asymmetric";
  if (known && node.Real("scale_h") == 0 && node.Real("scale_w") == 0 &&
      node.Int("exclude_outside") == 0 && node.Int("antialias") == 0) {
    return absl::OkStatus();
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "coordinate is " + coordinate +
                    "; supported for integers is what TensorFlow Lite does: half_pixel, "
                    "align_corners or asymmetric, by sizes, without antialias or exclude_outside. "
                    "Dequantize in front of it");
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireOneOf(node, "mode", "nearest", kModes));
  ER_RETURN_IF_ERROR(RequireOneOf(node, "coordinate", "half_pixel", kCoordinates));
  ER_RETURN_IF_ERROR(RequireOneOf(node, "nearest", "round_prefer_floor", kRoundings));
  ER_RETURN_IF_ERROR(RequireMovable(x, Out(graph, node)));
  const std::string mode = node.Text("mode", "nearest");
  if (mode == "nearest") {
    if (node.Text("coordinate") != "tf_crop_and_resize" || x.dtype == DType::kF32) {
      return absl::OkStatus();
    }
    return Refuse("UNSUPPORTED_TYPE",
                  std::string("it crops ") + DTypeName(x.dtype) +
                      "; supported with tf_crop_and_resize is float32. Dequantize in front of it");
  }
  const bool integers = x.dtype == DType::kS8 || x.dtype == DType::kS16;
  if (mode == "linear" && integers) return VerifyIntegerLinear(node);
  if (x.dtype == DType::kF32) return absl::OkStatus();
  return Refuse(
      "UNSUPPORTED_TYPE",
      mode + " interpolation of " + DTypeName(x.dtype) +
          "; supported are float32, and linear int8 and int16. Cast or dequantize in front of it");
}

template <typename T>
Operand Table(const Node& node, const char* what, DType dtype, const std::vector<T>& values) {
  Tensor table;
  table.name = node.name + what;
  table.dtype = dtype;
  table.shape = {static_cast<int32_t>(values.size())};
  table.data = std::make_shared<const std::string>(BytesOf(values));
  return Operand(std::move(table));
}

void LowerNearest(const Graph& graph, const Node& node, er_resize_shape_t s, LoweredOp& lowered) {
  const DType dtype = In(graph, node, 0).dtype;
  const std::string rounding = node.Text("nearest", "round_prefer_floor");
  er_resize_any_params_t p = {};
  p.element_bytes = static_cast<int32_t>(DTypeBytes(dtype));
  s.channels *= p.element_bytes;
  s.taps_h = s.taps_w = 1;
  p.shape = s;
  p.has_outside = node.Text("coordinate") == "tf_crop_and_resize";
  const float outside = static_cast<float>(node.Real("extrapolation"));
  std::memcpy(p.outside, &outside, sizeof outside);
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs.push_back(
      Table(node, ".rows", DType::kS32, NearestTable(Axis(graph, node, true), rounding)));
  lowered.inputs.push_back(
      Table(node, ".columns", DType::kS32, NearestTable(Axis(graph, node, false), rounding)));
}

void LowerIntegers(const Graph& graph, const Node& node, er_resize_shape_t s, LoweredOp& lowered) {
  s.taps_h = s.taps_w = 2;
  lowered.kernel_type = KernelType(In(graph, node, 0).dtype);
  lowered.params = ParamsBytes(er_resize_s8_params_t{s});
  for (bool vertical : {true, false}) {
    const IntegerTable table = LinearIntegerTable(Axis(graph, node, vertical));
    lowered.inputs.push_back(Table(node, ".index", DType::kS32, table.indices));
    lowered.inputs.push_back(Table(node, ".weight", DType::kS16, table.weights));
  }
}

void LowerFloat(const Graph& graph, const Node& node, er_resize_shape_t s, LoweredOp& lowered) {
  Filter filter;
  filter.cubic = node.Text("mode") == "cubic";
  filter.cubic_a = node.Real("cubic_a", -0.75);
  filter.exclude_outside = node.Int("exclude_outside") != 0;
  filter.antialias = node.Int("antialias") != 0;
  for (bool vertical : {true, false}) {
    const WeightTable table = InterpolationTable(Axis(graph, node, vertical), filter);
    (vertical ? s.taps_h : s.taps_w) = static_cast<int32_t>(table.taps);
    const std::vector<float> weights(table.weights.begin(), table.weights.end());
    lowered.inputs.push_back(Table(node, ".index", DType::kS32, table.indices));
    lowered.inputs.push_back(Table(node, ".weight", DType::kF32, weights));
  }
  lowered.kernel_type = "f32";
  lowered.params =
      ParamsBytes(er_resize_f32_params_t{s, static_cast<float>(node.Real("extrapolation"))});
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& y = Out(graph, node).shape;
  const er_resize_shape_t shape = {x[0], x[1], x[2], x[3], y[1], y[2], 1, 1};
  LoweredOp lowered;
  lowered.kernel_op = "resize";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  if (node.Text("mode", "nearest") == "nearest") {
    LowerNearest(graph, node, shape, lowered);
  } else if (In(graph, node, 0).dtype != DType::kF32) {
    LowerIntegers(graph, node, shape, lowered);
  } else {
    LowerFloat(graph, node, shape, lowered);
  }
  return lowered;
}

}  // namespace

const OpDef& ResizeOp() {
  static const OpDef op = [] {
    using Kind = AttributeSpec::Kind;
    OpDef d;
    d.name = "resize";
    d.summary = "another height and width: nearest, linear or cubic";
    d.types = AllTypes();
    d.limits = {"nearest takes every type; linear float32, int8 and int16, cubic float32",
                "linear int8 and int16 are TensorFlow Lite's arithmetic: half_pixel, "
                "align_corners, asymmetric",
                "tf_crop_and_resize takes float32"};
    d.attributes = {{"mode", Kind::kText, true},
                    {"out_h", Kind::kInt, true},
                    {"out_w", Kind::kInt, true},
                    {"coordinate", Kind::kText, false},
                    {"nearest", Kind::kText, false},
                    {"scale_h", Kind::kReal, false},
                    {"scale_w", Kind::kReal, false},
                    {"cubic_a", Kind::kReal, false},
                    {"exclude_outside", Kind::kInt, false},
                    {"antialias", Kind::kInt, false},
                    {"extrapolation", Kind::kReal, false},
                    {"roi_top", Kind::kReal, false},
                    {"roi_left", Kind::kReal, false},
                    {"roi_bottom", Kind::kReal, false},
                    {"roi_right", Kind::kReal, false},
                    {"float_coordinates", Kind::kInt, false}};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
