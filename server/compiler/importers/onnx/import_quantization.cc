// Quantized models. QuantizeLinear and DequantizeLinear become quantize and dequantize, and the
// QLinear operators are written as dequantize, operator, quantize; pass fuse-qdq makes int8 layers
// of both.
#include <cmath>

#include "server/compiler/importers/onnx/layout.h"
#include "server/compiler/importers/onnx/linear.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

// Scale and zero point of inputs `scale` and `zero`; both must be constants.
Quantization ReadQuantization(OnnxNodeContext& c, size_t scale, size_t zero, int64_t axis) {
  Quantization q;
  for (double value : c.ConstReals(scale, "scale")) q.scales.push_back(static_cast<float>(value));
  q.zero_points.assign(q.scales.size(), 0);
  if (c.Has(zero)) {
    const std::vector<int64_t> zeros = c.ConstInts(zero, "zero_point");
    if (c.ok() && zeros.size() != q.scales.size()) {
      c.Fail("UNSUPPORTED_QUANTIZATION",
             std::to_string(q.scales.size()) + " scales but " + std::to_string(zeros.size()) +
                 " zero points; supported is one for each scale. Quantize the "
                 "model again");
    }
    if (c.ok()) q.zero_points.assign(zeros.begin(), zeros.end());
  }
  for (float s : q.scales) {
    if (c.ok() && (!std::isfinite(s) || s <= 0)) {
      c.Fail("UNSUPPORTED_QUANTIZATION",
             "input " + std::to_string(scale) + " holds the scale " + std::to_string(s) +
                 "; supported are scales above 0. Calibrate the model again");
    }
  }
  q.axis = q.scales.size() > 1 ? static_cast<int>(axis) : 0;
  return q;
}

// The type of a zero point, uint8 where it is absent.
DType QuantizedType(OnnxNodeContext& c, size_t zero) {
  return c.Has(zero) && c.ok() ? c.T(c.In(zero)).dtype : DType::kU8;
}

void FailAxis(OnnxNodeContext& c, const Tensor& t, const Quantization& q) {
  c.Fail("UNSUPPORTED_QUANTIZATION",
         "attribute axis is " + std::to_string(q.axis) + " with " +
             std::to_string(q.scales.size()) + " scales for '" + Printable(t.name) + "' of shape " +
             ShapeText(t.shape) +
             "; supported is one scale, or one for each element of that dimension. Quantize the "
             "model again with the axis of the output channels");
}

bool FitsAxis(const Shape& shape, const Quantization& q) {
  return q.scales.size() == 1 ||
         (q.axis >= 0 && static_cast<size_t>(q.axis) < shape.size() &&
          static_cast<size_t>(shape[static_cast<size_t>(q.axis)]) == q.scales.size());
}

// The real values, with the grid they lie on where pass fuse-qdq can make int8 of them again.
TensorId DequantizedConstant(OnnxNodeContext& c, const Tensor& t, const Quantization& q) {
  std::string bytes;
  const size_t channels = q.scales.size();
  int64_t inner = 1;
  for (size_t d = static_cast<size_t>(q.axis) + 1; d < t.shape.size(); ++d) inner *= t.shape[d];
  for (size_t i = 0; i < static_cast<size_t>(t.elements()); ++i) {
    const size_t channel = channels == 1 ? 0 : i / static_cast<size_t>(inner) % channels;
    const double steps = ElementAsDouble(t.dtype, *t.data, i) - q.zero_points[channel];
    AppendElement(bytes, static_cast<float>(steps * static_cast<double>(q.scales[channel])));
  }
  Tensor real = t;
  real.dtype = DType::kF32;
  real.data = std::make_shared<const std::string>(std::move(bytes));
  if (t.dtype == DType::kS8 || t.dtype == DType::kU8) real.quantization = q;
  if (t.dtype == DType::kU8) {  // the same grid, counted from -128
    for (int32_t& zero : real.quantization.zero_points) zero -= 128;
  }
  return c.builder().Add(std::move(real));
}

TensorId Dequantize(OnnxNodeContext& c, TensorId x, const Quantization& q) {
  if (!c.ok()) return kNoTensor;
  const Tensor t = c.T(x);
  if (q.scales.empty() || !FitsAxis(t.shape, q)) {
    FailAxis(c, t, q);
    return kNoTensor;
  }
  if (t.constant()) return DequantizedConstant(c, t, q);
  if (!t.quantization.quantized() && t.dtype != DType::kS32) {
    c.builder().graph().tensor(x).quantization = q;
    return c.Emit("dequantize", {x});
  }
  if (t.quantization == q) return c.Emit("dequantize", {x});
  // Any other combination is what the formula says.
  if (q.scales.size() > 1) {
    c.Fail("UNSUPPORTED_QUANTIZATION", "it reads '" + t.name +
                                           "' with one scale per channel; supported is one "
                                           "scale for what is no constant. Quantize the model "
                                           "again, activations per tensor");
    return kNoTensor;
  }
  const TensorId real = c.Cast(x, DType::kF32);
  const TensorId centered =
      c.Binary("sub", real, c.Scalar(DType::kF32, static_cast<double>(q.zero_points[0])));
  return c.Binary("mul", centered, c.Scalar(DType::kF32, static_cast<double>(q.scales[0])));
}

TensorId Quantize(OnnxNodeContext& c, TensorId x, const Quantization& q, DType dtype) {
  if (!c.ok()) return kNoTensor;
  const Shape shape = c.ShapeOf(x);
  if (q.scales.empty() || !FitsAxis(shape, q)) {
    c.Fail("BAD_MODEL_FILE", std::to_string(q.scales.size()) + " scales along dimension " +
                                 std::to_string(q.axis) + " of shape " + ShapeText(shape));
    return kNoTensor;
  }
  if (dtype != DType::kS8 && dtype != DType::kU8 && dtype != DType::kS16) {
    c.Fail("UNSUPPORTED_TYPE",
           std::string("it quantizes to ") + DTypeName(dtype) +
               "; supported are int8, uint8 and int16. Quantize the model to one of these");
    return kNoTensor;
  }
  return c.Emit("quantize", {x},
                {{"to", std::string(DTypeName(dtype))}, {"round", std::string("even")}}, q);
}

// Inputs i, i + 1, i + 2 of a QLinear operator: a tensor, its scale, its zero point.
TensorId DequantizedInput(OnnxNodeContext& c, size_t i) {
  return Dequantize(c, c.In(i), ReadQuantization(c, i + 1, i + 2, 0));
}

void QuantizedOutput(OnnxNodeContext& c, TensorId y, size_t scale) {
  c.Output(0,
           Quantize(c, y, ReadQuantization(c, scale, scale + 1, 0), QuantizedType(c, scale + 1)));
}

}  // namespace

void ImportQuantizeLinear(OnnxNodeContext& c) {
  c.Ignore("saturate");  // of float8
  const TensorId x = c.In(0);
  const int64_t given = c.Int("axis", 1);
  const bool per_axis = c.ok() && c.Has(1) && c.T(c.In(1)).elements() > 1;
  const int64_t axis = per_axis ? c.Axis(given, c.Rank(x)) : 0;
  c.Output(0, Quantize(c, x, ReadQuantization(c, 1, 2, axis), QuantizedType(c, 2)));
}

void ImportDequantizeLinear(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t given = c.Int("axis", 1);
  const bool per_axis = c.ok() && c.Has(1) && c.T(c.In(1)).elements() > 1;
  const int64_t axis = per_axis ? c.Axis(given, c.Rank(x)) : 0;
  c.Output(0, Dequantize(c, x, ReadQuantization(c, 1, 2, axis)));
}

// y = clamp(round(x / scale) + zero): scale and zero point follow the values of each run.
void ImportDynamicQuantizeLinear(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  if (!c.ok()) return;
  std::vector<int64_t> axes;
  for (int64_t d = 0; d < c.Rank(x); ++d) axes.push_back(d);
  const TensorId zero = c.Scalar(DType::kF32, 0);
  const TensorId low = c.Binary("min", zero, axes.empty() ? x : c.Reduce("min", x, axes, false));
  const TensorId high = c.Binary("max", zero, axes.empty() ? x : c.Reduce("max", x, axes, false));
  const TensorId scale = c.Binary("div", c.Binary("sub", high, low), c.Scalar(DType::kF32, 255));
  const Attributes byte = {{"min", 0.0}, {"max", 255.0}};
  const TensorId zero_point =
      c.Unary("round", c.Unary("clip", c.Unary("neg", c.Binary("div", low, scale)), byte));
  const TensorId scaled = c.Unary("round", c.Binary("div", x, scale));
  const TensorId y = c.Unary("clip", c.Binary("add", scaled, zero_point), byte);
  c.Output(0, c.Cast(y, DType::kU8));
  c.Output(1, scale);
  c.Output(2, c.Cast(zero_point, DType::kU8));
}

// x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias in units of x_scale * w_scale.
void ImportQLinearConv(OnnxNodeContext& c) {
  const Quantization qx = ReadQuantization(c, 1, 2, 0);
  const Quantization qw = ReadQuantization(c, 4, 5, 0);
  const TensorId x = Dequantize(c, c.In(0), qx);
  const TensorId w = Dequantize(c, c.ConstIn(3, "w (the weights)"), qw);
  TensorId bias = kNoTensor;
  if (c.Has(8)) {
    const TensorId raw = c.ConstIn(8, "B (the bias)");
    if (!c.ok()) return;
    if (c.T(raw).dtype != DType::kS32 || c.Rank(raw) != 1 ||
        (qw.scales.size() > 1 && static_cast<int32_t>(qw.scales.size()) != c.ShapeOf(raw)[0])) {
      return c.Fail("BAD_MODEL_FILE", "its bias must be a list of int32, one per output channel");
    }
    Quantization qb = qw;
    for (float& scale : qb.scales) scale *= qx.scales[0];
    qb.zero_points.assign(qb.scales.size(), 0);
    bias = DequantizedConstant(c, c.T(raw), qb);
  }
  QuantizedOutput(c, Convolution(c, x, w, bias), 6);
}

void ImportQLinearMatMul(OnnxNodeContext& c) {
  QuantizedOutput(c, MatrixProduct(c, DequantizedInput(c, 0), DequantizedInput(c, 3)), 6);
}

// Of com.microsoft: a, b with scales and zero points, then those of the output.
void ImportQLinearBinary(OnnxNodeContext& c) {
  const TensorId a = DequantizedInput(c, 0), b = DequantizedInput(c, 3);
  if (!c.ok()) return;
  const bool sum = c.op() == "QLinearAdd";
  const bool plain = sum && c.ShapeOf(a) == c.ShapeOf(b);
  QuantizedOutput(c, plain ? c.Emit("add", {a, b}) : c.Binary(sum ? "add" : "mul", a, b), 6);
}

void ImportQLinearUnary(OnnxNodeContext& c) {
  const TensorId x = DequantizedInput(c, 0);
  if (c.op() == "QLinearLeakyRelu") {
    const double alpha = c.Real("alpha", static_cast<double>(0.01f));
    return QuantizedOutput(c, c.Unary("leaky_relu", x, {{"alpha", alpha}}), 3);
  }
  QuantizedOutput(c, c.Unary("sigmoid", x), 3);
}

void ImportQLinearGlobalAveragePool(OnnxNodeContext& c) {
  if (c.Int("channels_last", 0) != 0) {
    return c.FailAttribute("channels_last", "1", "is 0 (N x C x H x W)",
                           "Quantize the model before ONNX Runtime optimizes its layout");
  }
  const TensorId x = DequantizedInput(c, 0);
  if (!c.ok()) return;
  const Shape shape = c.ShapeOf(x);
  if (shape.size() != 4)
    return c.Fail("UNSUPPORTED_SHAPE",
                  "its input has shape " + ShapeText(shape) +
                      "; supported are images (N x C x H x W). Reshape it in the model");
  const TensorId y = c.Emit("avg_pool2d", {ToNhwc(c, x)},
                            {{"kernel_h", int64_t{shape[2]}},
                             {"kernel_w", int64_t{shape[3]}},
                             {"stride_h", int64_t{1}},
                             {"stride_w", int64_t{1}}});
  QuantizedOutput(c, FromNhwc(c, y, 2), 3);
}

// y_scale, y_zero, then each part with its scale and zero point.
void ImportQLinearConcat(OnnxNodeContext& c) {
  std::vector<TensorId> parts;
  for (size_t i = 2; i + 2 < c.input_count(); i += 3) parts.push_back(DequantizedInput(c, i));
  if (!c.ok() || parts.empty()) return c.Fail("BAD_MODEL_FILE", "it joins nothing");
  QuantizedOutput(c, c.Concat(parts, c.Axis(c.Int("axis", 0), c.Rank(parts[0]))), 0);
}

}  // namespace edgerack::compiler
