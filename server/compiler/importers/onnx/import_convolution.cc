// Convolutions: weights are constants, moved to the graph's layout while reading.
#include <cmath>

#include "server/compiler/importers/onnx/layout.h"
#include "server/compiler/importers/onnx/linear.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

TensorId Weights(OnnxNodeContext& c, size_t i) { return c.ConstIn(i, "W (the weights)"); }

// [o, i, k…] as [o, kd, kh, kw, i], or [1, kh, kw, o] for a depthwise convolution.
TensorId MoveWeights(OnnxNodeContext& c, TensorId weights, bool depthwise) {
  if (!c.ok()) return kNoTensor;
  const Shape w = c.ShapeOf(weights);
  if (w.size() == 5) return c.PermuteWeights(weights, {0, 2, 3, 4, 1});
  if (w.size() == 4) {
    return c.PermuteWeights(
        weights, depthwise ? std::vector<int64_t>{1, 2, 3, 0} : std::vector<int64_t>{0, 2, 3, 1});
  }
  if (depthwise) return c.PermuteWeights(weights, {1, 2, 0}, {1, 1, w[2], w[0]});
  return c.PermuteWeights(weights, {0, 2, 1}, {w[0], 1, w[2], w[1]});
}

// Of a transposed convolution: [i, o / groups, k…] as [o, kd, kh, kw, i / groups].
TensorId MoveTransposedWeights(OnnxNodeContext& c, TensorId weights, int32_t groups) {
  if (!c.ok()) return kNoTensor;
  const Shape w = c.ShapeOf(weights);
  Shape moved = {groups * w[1]};
  if (w.size() == 3) moved.push_back(1);
  moved.insert(moved.end(), w.begin() + 2, w.end());
  moved.push_back(w[0] / groups);
  std::vector<int64_t> perm = {1};
  if (groups == 1) {
    for (size_t d = 2; d < w.size(); ++d) perm.push_back(static_cast<int64_t>(d));
    perm.push_back(0);
    return c.PermuteWeights(weights, perm, moved);
  }
  Shape split = {groups, w[0] / groups, w[1]};
  split.insert(split.end(), w.begin() + 2, w.end());
  perm = {0, 2};
  for (size_t d = 3; d < split.size(); ++d) perm.push_back(static_cast<int64_t>(d));
  perm.push_back(1);
  return c.Reshape(c.Transpose(c.Reshape(weights, split), perm), moved);
}

TensorId Bias(OnnxNodeContext& c, size_t i) {
  return c.Has(i) ? c.ConstIn(i, "B (the bias)") : kNoTensor;
}

}  // namespace

// x, weights in the file's layout, bias or none.
TensorId Convolution(OnnxNodeContext& c, TensorId x, TensorId weights, TensorId bias) {
  if (!c.ok()) return kNoTensor;
  const Shape in = c.ShapeOf(x);
  const Shape w = c.ShapeOf(weights);
  const int64_t groups = c.Int("group", 1);
  const OnnxWindow window = ReadWindow(c, in, w);
  if (!c.ok()) return kNoTensor;
  if (groups < 1 || in[1] % groups != 0 || w[0] % groups != 0 || w[1] != in[1] / groups) {
    c.FailAttribute("group", std::to_string(groups),
                    "is a divisor of the input's " + std::to_string(in[1]) +
                        " channels that fits weights of shape " + ShapeText(w),
                    "Choose numbers of channels that group divides, and export the model again");
    return kNoTensor;
  }
  const bool depthwise = groups > 1 && w[1] == 1 && window.spatial < 3;
  Attributes attributes = window.ToAttributes();
  if (groups > 1 && !depthwise) attributes["groups"] = groups;
  const TensorId y =
      c.Emit(depthwise ? "depthwise_conv2d" : window.OpName("conv"),
             {ToNhwc(c, x), MoveWeights(c, weights, depthwise), bias}, std::move(attributes));
  return FromNhwc(c, y, window.spatial);
}

void ImportConv(OnnxNodeContext& c) {
  c.Output(0, Convolution(c, c.In(0), Weights(c, 1), Bias(c, 2)));
}

// Integers in, integers out: exact in float32 as long as every sum stays below 2^24.
void ImportConvInteger(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const TensorId w = c.ConstIn(1, "w (the weights)");
  if (!c.ok()) return;
  const int64_t terms = c.T(w).elements() / c.ShapeOf(w).at(0);
  if (terms * 255 * 255 >= 1 << 24) {
    return c.Fail("UNSUPPORTED_SHAPE",
                  "it sums " + std::to_string(terms) +
                      " products; supported are at most 257, which are exact. Use QLinearConv "
                      "or QuantizeLinear/DequantizeLinear");
  }
  auto centered = [&c](TensorId value, size_t zero_point) {
    const TensorId real = c.Cast(value, DType::kF32);
    return c.Has(zero_point) ? c.Binary("sub", real, c.Cast(c.In(zero_point), DType::kF32)) : real;
  };
  const TensorId weights = centered(w, 3);
  auto constant = c.builder().AsConstant(weights);
  if (!constant.ok()) return c.Fail(constant.status());
  c.Output(0, c.Cast(Convolution(c, centered(x, 2), *constant, kNoTensor), DType::kS32));
}

void ImportConvTranspose(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const TensorId weights = Weights(c, 1);
  const TensorId bias = Bias(c, 2);
  if (!c.ok()) return;
  const Shape in = c.ShapeOf(x);
  const Shape w = c.ShapeOf(weights);  // [in, out / groups, k…]
  const int64_t groups = c.Int("group", 1);
  std::vector<int64_t> extra = c.Ints("output_padding");
  std::vector<int64_t> wanted = c.Ints("output_shape");
  const std::string auto_pad = c.Text("auto_pad", "NOTSET");
  OnnxWindow window = ReadWindow(c, in, w);
  if (!c.ok()) return;
  if (groups < 1 || in[1] != w[0] || w[0] % groups != 0) {
    return c.FailAttribute("group", std::to_string(groups),
                           "is a divisor of the input's " + std::to_string(in[1]) +
                               " channels, which are the weights' first dimension",
                           "Choose numbers of channels that group divides");
  }
  if (extra.empty()) extra.assign(window.spatial, 0);
  if (extra.size() != window.spatial) {
    return c.FailAttribute("output_padding", ListText(extra), "is one number per dimension",
                           "Export the model again");
  }
  if (wanted.size() == in.size()) wanted.erase(wanted.begin(), wanted.begin() + 2);
  const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
  Attributes attributes;
  for (size_t i = 0; i < window.spatial; ++i) {
    const size_t d = window.direction(i);
    // What the input spreads to before anything is cut off.
    const int64_t full = (in[i + 2] - 1) * window.stride[d] + extra[i] +
                         (window.kernel[d] - 1) * window.dilation[d] + 1;
    if (!wanted.empty() || same) {
      const int64_t out = wanted.empty()                    ? in[i + 2] * window.stride[d]
                          : wanted.size() == window.spatial ? wanted[i]
                                                            : 0;
      if (out < 1 || out > full + window.stride[d]) {
        return c.FailAttribute("output_shape", ListText(wanted),
                               "is at most " + std::to_string(full + window.stride[d]) +
                                   " in dimension " + std::to_string(i + 2),
                               "Leave the attribute out, or resize the output in a node behind");
      }
      extra[i] += std::max<int64_t>(out - full, 0);  // what no input reaches is the bias
      const int64_t cut = std::max<int64_t>(full - out, 0);
      const bool more_at_end = auto_pad == "SAME_UPPER";
      window.before[d] = more_at_end ? cut / 2 : cut - cut / 2;
      window.after[d] = cut - window.before[d];
    }
  }
  attributes = window.ToAttributes();
  for (size_t i = 0; i < window.spatial; ++i) {
    const char* keys[] = {"output_padding_d", "output_padding_h", "output_padding_w"};
    if (extra[i] != 0) attributes[keys[window.direction(i)]] = extra[i];
  }
  if (groups > 1) attributes["groups"] = groups;
  const TensorId moved = MoveTransposedWeights(c, weights, static_cast<int32_t>(groups));
  const TensorId y =
      c.Emit(window.OpName("conv_transpose"), {ToNhwc(c, x), moved, bias}, std::move(attributes));
  c.Output(0, FromNhwc(c, y, window.spatial));
}

}  // namespace edgerack::compiler
