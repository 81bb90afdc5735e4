#include "server/compiler/importers/keras/window.h"

#include <algorithm>

namespace edgerack::compiler::keras {

Attributes Window::ToAttributes() const {
  Attributes a = {{"stride_h", stride[0]}, {"stride_w", stride[1]}};
  auto add = [&a](const char* key, int64_t value, int64_t usual) {
    if (value != usual) a[key] = value;
  };
  add("dilation_h", dilation[0], 1);
  add("dilation_w", dilation[1], 1);
  add("pad_top", before[0], 0);
  add("pad_bottom", after[0], 0);
  add("pad_left", before[1], 0);
  add("pad_right", after[1], 0);
  return a;
}

size_t SpatialDims(const LayerContext& c) {
  return c.class_name().find("1D") != std::string::npos ? 1 : 2;
}

TensorId AsImage(LayerContext& c, TensorId x) {
  const size_t spatial = SpatialDims(c);
  c.RequireRank(x, spatial + 2);
  c.RequireChannelsLast();
  if (!c.ok() || spatial == 2) return x;
  const Shape shape = c.ShapeOf(x);
  return c.Reshape(x, {shape[0], 1, shape[1], shape[2]});
}

TensorId FromImage(LayerContext& c, TensorId y, size_t spatial) {
  if (!c.ok() || spatial == 2) return y;
  const Shape shape = c.ShapeOf(y);
  return c.Reshape(y, {shape[0], shape[2], shape[3]});
}

Window ReadWindow(LayerContext& c, const Shape& image, const char* kernel_key) {
  Window w;
  w.spatial = SpatialDims(c);
  if (!c.ok()) return w;
  auto read = [&](const char* key, int64_t* to, const int64_t* fallback) {
    const auto found = c.config().find(key);
    const bool absent = found == c.config().end() || found->is_null();
    std::vector<int64_t> values(fallback, fallback + w.spatial);
    if (!absent || fallback == nullptr) values = c.Ints(key, w.spatial);
    std::copy(values.begin(), values.end(), to + 2 - w.spatial);
  };
  constexpr int64_t kOnes[2] = {1, 1};
  read(kernel_key, w.kernel, kOnes);
  // Pools step by their window where nothing is said.
  const bool pool = std::string(kernel_key) == "pool_size";
  const int64_t steps[2] = {w.kernel[2 - w.spatial], w.kernel[1]};
  read("strides", w.stride, pool ? steps : kOnes);
  read("dilation_rate", w.dilation, kOnes);
  const std::string padding = c.Text("padding", "valid");
  for (size_t d = 2 - w.spatial; d < 2; ++d) {
    const int64_t reach = (w.kernel[d] - 1) * w.dilation[d];
    if (padding == "same") {
      const int64_t out = (image[d + 1] + w.stride[d] - 1) / w.stride[d];
      const int64_t total =
          std::max<int64_t>(0, (out - 1) * w.stride[d] + reach + 1 - image[d + 1]);
      w.before[d] = total / 2;
      w.after[d] = total - total / 2;
    } else if (padding == "causal" && w.spatial == 1) {
      w.before[d] = reach;
    } else if (padding != "valid") {
      c.FailConfig("padding", "'" + padding.substr(0, 80) + "'",
                   w.spatial == 1 ? "are valid, same, causal" : "are valid, same",
                   "Put a ZeroPadding layer in front of it");
    }
  }
  return w;
}

}  // namespace edgerack::compiler::keras
