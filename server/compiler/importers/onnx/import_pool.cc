// Pools over windows and over whole images.
#include <cmath>
#include <numeric>

#include "server/compiler/importers/onnx/layout.h"
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

// The zeros that count as elements of the window (count_include_pad, LpPool) are written; the rest
// of the padding stays the window's.
TensorId WritePadding(OnnxNodeContext& c, TensorId x, OnnxWindow& window) {
  if (!c.ok() || !window.padded()) return x;
  std::vector<int64_t> pads = {0, 0};
  for (size_t d = window.spatial == 3 ? 0 : 1; d < 3; ++d) {
    pads.push_back(window.before[d]);
    pads.push_back(window.after[d]);
    window.before[d] = window.after[d] = 0;
  }
  pads.insert(pads.end(), {0, 0});
  return c.Emit("pad", {x}, {{"pads", pads}});
}

std::vector<int64_t> SpatialAxes(OnnxNodeContext& c, TensorId x) {
  if (c.ok() && c.Rank(x) < 3) {
    c.Fail("UNSUPPORTED_SHAPE",
           "its input has shape " + ShapeText(c.ShapeOf(x)) +
               "; supported are at least 3 dimensions (N x C x …). Reshape it in the model");
  }
  if (!c.ok()) return {};
  std::vector<int64_t> axes(static_cast<size_t>(c.Rank(x) - 2));
  std::iota(axes.begin(), axes.end(), 2);
  return axes;
}

void ImportGlobalPool(OnnxNodeContext& c, const char* pool, const char* reduction) {
  const TensorId x = c.In(0);
  const std::vector<int64_t> axes = SpatialAxes(c, x);
  if (!c.ok()) return;
  if (axes.size() != 2) return c.Output(0, c.Reduce(reduction, x, axes, true));
  const Shape shape = c.ShapeOf(x);
  const TensorId y = c.Emit(pool, {ToNhwc(c, x)},
                            {{"kernel_h", int64_t{shape[2]}},
                             {"kernel_w", int64_t{shape[3]}},
                             {"stride_h", int64_t{1}},
                             {"stride_w", int64_t{1}}});
  c.Output(0, FromNhwc(c, y, 2));
}

// (sum |x|^p)^(1/p) of what `sum` adds up.
template <typename Sum>
TensorId Norm(OnnxNodeContext& c, TensorId x, int64_t p, Sum sum) {
  const TensorId magnitude = c.Unary("abs", x);
  if (p == 1) return sum(magnitude);
  if (p == 2) return c.Unary("sqrt", sum(c.Binary("mul", x, x)));
  const double power = static_cast<double>(p);
  const TensorId raised = c.Binary("pow", magnitude, c.Scalar(DType::kF32, power));
  return c.Binary("pow", sum(raised), c.Scalar(DType::kF32, 1 / power));
}

}  // namespace

void ImportMaxPool(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  c.Ignore("storage_order");  // of the indices
  if (!c.ok()) return;
  const OnnxWindow window = ReadWindow(c, c.ShapeOf(x), {});
  const TensorId y = c.Emit(window.OpName("max_pool"), {ToNhwc(c, x)}, window.ToPoolAttributes());
  c.Output(0, FromNhwc(c, y, window.spatial));
}

void ImportAveragePool(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const bool include = c.Int("count_include_pad", 0) != 0;
  const bool ceil = c.Int("ceil_mode", 0) != 0;
  if (!c.ok()) return;
  OnnxWindow window = ReadWindow(c, c.ShapeOf(x), {});
  if (!c.ok()) return;
  TensorId in = ToNhwc(c, x);
  if (include && window.padded()) {
    // What ceil_mode adds at the end never counts.
    const std::vector<int64_t> own = c.Ints("pads");
    OnnxWindow rest = window;
    for (size_t i = 0; i < window.spatial; ++i) {
      const size_t d = window.direction(i);
      const bool given = own.size() == 2 * window.spatial;
      rest.after[d] = ceil && given ? window.after[d] - own[i + window.spatial] : 0;
      rest.before[d] = 0;
      window.after[d] -= rest.after[d];
    }
    in = WritePadding(c, in, window);
    window = rest;
  }
  const TensorId y = c.Emit(window.OpName("avg_pool"), {in}, window.ToPoolAttributes());
  c.Output(0, FromNhwc(c, y, window.spatial));
}

void ImportLpPool(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t p = c.Int("p", 2);
  if (!c.ok()) return;
  if (p < 1 || p > 64) {
    return c.FailAttribute("p", std::to_string(p), "are 1 to 64", "Use p = 2 or a MaxPool");
  }
  OnnxWindow window = ReadWindow(c, c.ShapeOf(x), {});
  const TensorId in = WritePadding(c, ToNhwc(c, x), window);
  const double points = static_cast<double>(window.kernel[0] * window.kernel[1] * window.kernel[2]);
  const TensorId y = Norm(c, in, p, [&](TensorId values) {
    const TensorId mean = c.Emit(window.OpName("avg_pool"), {values}, window.ToPoolAttributes());
    return c.Binary("mul", mean, c.Scalar(DType::kF32, points));
  });
  c.Output(0, FromNhwc(c, y, window.spatial));
}

void ImportGlobalAveragePool(OnnxNodeContext& c) { ImportGlobalPool(c, "avg_pool2d", "mean"); }
void ImportGlobalMaxPool(OnnxNodeContext& c) { ImportGlobalPool(c, "max_pool2d", "max"); }

void ImportGlobalLpPool(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const int64_t p = c.Int("p", 2);
  const std::vector<int64_t> axes = SpatialAxes(c, x);
  if (p < 1 || p > 64) {
    return c.FailAttribute("p", std::to_string(p), "are 1 to 64", "Use p = 2 or a MaxPool");
  }
  c.Output(0, Norm(c, x, p, [&](TensorId values) { return c.Reduce("sum", values, axes, true); }));
}

}  // namespace edgerack::compiler
