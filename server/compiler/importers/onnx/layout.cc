#include "server/compiler/importers/onnx/layout.h"

#include <algorithm>

namespace edgerack::compiler {
namespace {

// A list attribute with one number per spatial dimension; `fallback` for each where it is absent.
std::vector<int64_t> PerDimension(OnnxNodeContext& c, const char* name, size_t count,
                                  int64_t fallback) {
  std::vector<int64_t> values = c.Ints(name);
  if (values.empty()) values.assign(count, fallback);
  const bool sane =
      std::all_of(values.begin(), values.end(), [](int64_t v) { return v >= 0 && v <= 65535; });
  if (values.size() != count || !sane) {
    c.FailAttribute(
        name, ListText(values), "are " + std::to_string(count) + " numbers of 0 to 65535",
        std::string(name) == "pads" ? "Crop with a Slice in front instead of a negative pad"
                                    : "Export the model again");
    values.assign(count, fallback);
  }
  return values;
}

// Padding so that the output has ceil(input / stride) elements.
void PadSame(OnnxWindow& w, size_t d, int64_t extent, bool extra_at_end) {
  const int64_t out = (extent + w.stride[d] - 1) / w.stride[d];
  const int64_t covered = (w.kernel[d] - 1) * w.dilation[d] + 1;
  const int64_t total = std::max<int64_t>((out - 1) * w.stride[d] + covered - extent, 0);
  w.before[d] = extra_at_end ? total / 2 : total - total / 2;
  w.after[d] = total - w.before[d];
}

// A last window that begins inside the input counts although it does not fit.
void PadCeil(OnnxWindow& w, size_t d, int64_t extent) {
  const int64_t covered = (w.kernel[d] - 1) * w.dilation[d] + 1;
  const int64_t padded = extent + w.before[d] + w.after[d];
  if (padded < covered) return;
  int64_t steps = (padded - covered + w.stride[d] - 1) / w.stride[d];
  if (steps * w.stride[d] >= extent + w.before[d]) --steps;
  w.after[d] += std::max<int64_t>(steps * w.stride[d] + covered - padded, 0);
}

void FailRank(OnnxNodeContext& c, const Shape& shape) {
  c.Fail("UNSUPPORTED_SHAPE", "its input has shape " + ShapeText(shape) +
                                  "; supported are sequences (N x C x L), images (N x C x H x W) "
                                  "and volumes (N x C x D x H x W). Reshape it in the "
                                  "model");
}

}  // namespace

TensorId ToNhwc(OnnxNodeContext& c, TensorId x) {
  if (!c.ok()) return kNoTensor;
  const Shape shape = c.ShapeOf(x);
  if (shape.size() == 5) return c.Transpose(x, {0, 2, 3, 4, 1});
  if (shape.size() == 4) return c.Transpose(x, {0, 2, 3, 1});
  if (shape.size() == 3) {
    return c.Reshape(c.Transpose(x, {0, 2, 1}), {shape[0], 1, shape[2], shape[1]});
  }
  FailRank(c, shape);
  return kNoTensor;
}

TensorId FromNhwc(OnnxNodeContext& c, TensorId y, size_t spatial) {
  if (!c.ok()) return kNoTensor;
  if (spatial == 3) return c.Transpose(y, {0, 4, 1, 2, 3});
  if (spatial == 2) return c.Transpose(y, {0, 3, 1, 2});
  const Shape shape = c.ShapeOf(y);
  return c.Transpose(c.Reshape(y, {shape[0], shape[2], shape[3]}), {0, 2, 1});
}

bool OnnxWindow::padded() const {
  return before != std::array<int64_t, 3>{} || after != std::array<int64_t, 3>{};
}

std::string OnnxWindow::OpName(const std::string& base) const {
  return base + (spatial == 3 ? "3d" : "2d");
}

Attributes OnnxWindow::ToAttributes() const {
  constexpr const char* kNames[] = {"d", "h", "w"};
  constexpr const char* kBefore[] = {"pad_front", "pad_top", "pad_left"};
  constexpr const char* kAfter[] = {"pad_back", "pad_bottom", "pad_right"};
  Attributes attributes;
  for (size_t d = spatial == 3 ? 0 : 1; d < 3; ++d) {
    attributes[std::string("stride_") + kNames[d]] = stride[d];
    if (dilation[d] != 1) attributes[std::string("dilation_") + kNames[d]] = dilation[d];
    if (before[d] != 0) attributes[kBefore[d]] = before[d];
    if (after[d] != 0) attributes[kAfter[d]] = after[d];
  }
  return attributes;
}

Attributes OnnxWindow::ToPoolAttributes() const {
  Attributes attributes = ToAttributes();
  if (spatial == 3) attributes["kernel_d"] = kernel[0];
  attributes["kernel_h"] = kernel[1];
  attributes["kernel_w"] = kernel[2];
  return attributes;
}

OnnxWindow ReadWindow(OnnxNodeContext& c, const Shape& x, const Shape& weights) {
  OnnxWindow w;
  if (!c.ok()) return w;
  w.spatial = x.size() < 3 ? 0 : x.size() - 2;
  if (w.spatial < 1 || w.spatial > 3) {
    FailRank(c, x);
    return w;
  }
  std::vector<int64_t> kernel = c.Ints("kernel_shape");
  if (kernel.empty() && weights.size() == x.size())
    kernel.assign(weights.begin() + 2, weights.end());
  const std::vector<int64_t> strides = PerDimension(c, "strides", w.spatial, 1);
  const std::vector<int64_t> dilations = PerDimension(c, "dilations", w.spatial, 1);
  const std::vector<int64_t> pads = PerDimension(c, "pads", 2 * w.spatial, 0);
  const std::string auto_pad = c.Text("auto_pad", "NOTSET");
  const bool ceil = c.Int("ceil_mode", 0) != 0;
  if (!c.ok()) return w;
  if (kernel.size() != w.spatial ||
      (!weights.empty() && !std::equal(kernel.begin(), kernel.end(), weights.begin() + 2))) {
    c.FailAttribute(
        "kernel_shape", ListText(kernel),
        "is one size for each of " + std::to_string(w.spatial) + " dimensions, that of the weights",
        "Export the model again");
    return w;
  }
  for (size_t i = 0; i < w.spatial; ++i) {
    const size_t d = w.direction(i);
    w.kernel[d] = kernel[i];
    w.stride[d] = strides[i];
    w.dilation[d] = dilations[i];
    w.before[d] = pads[i];
    w.after[d] = pads[i + w.spatial];
    if (kernel[i] < 1 || kernel[i] > 65535 || strides[i] < 1 || dilations[i] < 1) {
      c.FailAttribute(kernel[i] < 1 || kernel[i] > 65535 ? "kernel_shape" : "strides",
                      ListText(kernel[i] < 1 || kernel[i] > 65535 ? kernel : strides),
                      "are numbers of 1 to 65535", "Export the model again");
      return w;
    }
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
      PadSame(w, d, x[i + 2], auto_pad == "SAME_UPPER");
    } else if (auto_pad == "VALID") {
      w.before[d] = w.after[d] = 0;
    } else if (auto_pad != "NOTSET") {
      c.FailAttribute("auto_pad", auto_pad, "are NOTSET, SAME_UPPER, SAME_LOWER and VALID",
                      "Export the model with explicit pads");
      return w;
    }
    if (ceil) PadCeil(w, d, x[i + 2]);
  }
  return w;
}

}  // namespace edgerack::compiler
