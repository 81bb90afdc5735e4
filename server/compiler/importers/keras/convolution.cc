// Convolutions and dense layers. Keras keeps kernels as height x width x input x output.
#include "server/compiler/importers/keras/layers.h"
#include "server/compiler/importers/keras/window.h"

namespace edgerack::compiler::keras {
namespace {

int32_t Dim(const hdf5::Dataset& dataset, size_t d) {
  return d < dataset.shape.size() ? static_cast<int32_t>(dataset.shape[d]) : 1;
}

// A kernel of one or two spatial dimensions with the dimensions behind them.
hdf5::Dataset NextKernel(LayerContext& c, const char* what, const Window& w, int64_t third,
                         int64_t fourth) {
  hdf5::Dataset kernel = w.spatial == 2
                             ? c.NextWeight(what, {w.kernel[0], w.kernel[1], third, fourth})
                             : c.NextWeight(what, {w.kernel[1], third, fourth});
  if (c.ok() && w.spatial == 1) kernel.shape.insert(kernel.shape.begin(), 1);
  return kernel;
}

TensorId Bias(LayerContext& c, const nlohmann::json& config, int32_t channels) {
  if (!BoolOf(config, "use_bias", true)) return kNoTensor;
  const hdf5::Dataset bias = c.NextWeight("bias", {channels});
  return c.Constant("bias", {channels}, bias.values);
}

TensorId DepthwiseKernel(LayerContext& c, const Window& w, int64_t channels) {
  const hdf5::Dataset kernel = NextKernel(c, "depthwise kernel", w, channels, -1);
  const int32_t out = Dim(kernel, 2) * Dim(kernel, 3);
  return c.Constant("depthwise_kernel", {1, Dim(kernel, 0), Dim(kernel, 1), out}, kernel.values);
}

}  // namespace

void ImportDense(LayerContext& c) { DenseLayer(c, c.config()); }

void DenseLayer(LayerContext& c, const nlohmann::json& config) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const Shape in = c.ShapeOf(x);
  if (in.size() < 2) return c.RequireRank(x, 2);
  const hdf5::Dataset kernel = c.NextWeight("kernel", {in.back(), -1});
  const int32_t units = Dim(kernel, 1);
  const TensorId weights = c.Constant("kernel", {units, in.back()}, Permuted(kernel, {1, 0}));
  const TensorId bias = Bias(c, config, units);
  Attributes attributes;
  if (in.size() != 2) attributes["keep_dims"] = int64_t{1};
  const TensorId y = c.Emit("fully_connected", {x, weights, bias}, std::move(attributes));
  c.Output(c.Activate(y, config));
}

void ImportConv(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const int32_t channels = c.ShapeOf(x)[3];
  const Window w = ReadWindow(c, c.ShapeOf(x), "kernel_size");
  const int64_t groups = c.Int("groups", 1);
  if (groups < 1 || channels % groups != 0) {
    return c.FailConfig("groups", std::to_string(groups),
                        "is a divisor of the input's " + std::to_string(channels) + " channels",
                        "Choose another number of groups or channels");
  }
  const hdf5::Dataset kernel = NextKernel(c, "kernel", w, channels / groups, -1);
  const int32_t filters = Dim(kernel, 3);
  const TensorId weights =
      c.Constant("kernel", {filters, Dim(kernel, 0), Dim(kernel, 1), Dim(kernel, 2)},
                 Permuted(kernel, {3, 0, 1, 2}));
  const TensorId bias = Bias(c, c.config(), filters);
  Attributes attributes = w.ToAttributes();
  if (groups > 1) attributes["groups"] = groups;
  const TensorId y = c.Emit("conv2d", {x, weights, bias}, std::move(attributes));
  c.Output(c.Activate(FromImage(c, y, w.spatial), c.config()));
}

void ImportDepthwiseConv(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const Window w = ReadWindow(c, c.ShapeOf(x), "kernel_size");
  const TensorId weights = DepthwiseKernel(c, w, c.ShapeOf(x)[3]);
  if (!c.ok()) return;
  const TensorId bias = Bias(c, c.config(), c.ShapeOf(weights)[3]);
  const TensorId y = c.Emit("depthwise_conv2d", {x, weights, bias}, w.ToAttributes());
  c.Output(c.Activate(FromImage(c, y, w.spatial), c.config()));
}

void ImportSeparableConv(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const Window w = ReadWindow(c, c.ShapeOf(x), "kernel_size");
  const TensorId depthwise = DepthwiseKernel(c, w, c.ShapeOf(x)[3]);
  Window point;
  point.spatial = w.spatial;
  const hdf5::Dataset kernel =
      NextKernel(c, "pointwise kernel", point, c.ok() ? c.ShapeOf(depthwise)[3] : 1, -1);
  const int32_t filters = Dim(kernel, 3);
  const TensorId pointwise = c.Constant("pointwise_kernel", {filters, 1, 1, Dim(kernel, 2)},
                                        Permuted(kernel, {3, 0, 1, 2}));
  const TensorId bias = Bias(c, c.config(), filters);
  const TensorId between = c.Emit("depthwise_conv2d", {x, depthwise, kNoTensor}, w.ToAttributes());
  const TensorId y = c.Emit("conv2d", {between, pointwise, bias}, point.ToAttributes());
  c.Output(c.Activate(FromImage(c, y, w.spatial), c.config()));
}

void ImportConvTranspose(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  if (!c.ok()) return;
  const Shape in = c.ShapeOf(x);
  const auto padding = c.config().find("output_padding");
  if (padding != c.config().end() && !padding->is_null()) {
    return c.FailConfig("output_padding", padding->dump().substr(0, 80), "is null",
                        "Leave it out; crop or pad the output in a layer behind");
  }
  Window w = ReadWindow(c, in, "kernel_size");
  // What the input spreads to; "same" cuts it to input x stride, "valid" keeps all of it, and at
  // least a stride where the kernel is smaller.
  Attributes extra;
  for (size_t d = 2 - w.spatial; d < 2; ++d) {
    const int64_t reach = (w.kernel[d] - 1) * w.dilation[d] + 1;
    const int64_t full = (in[d + 1] - 1) * w.stride[d] + reach;
    const bool same = c.Text("padding", "valid") == "same";
    const int64_t out =
        same ? in[d + 1] * w.stride[d] : full + std::max<int64_t>(w.stride[d] - reach, 0);
    const int64_t cut = full - out;
    w.before[d] = std::max<int64_t>(cut, 0) / 2;
    w.after[d] = std::max<int64_t>(cut, 0) - w.before[d];
    const char* keys[] = {"output_padding_h", "output_padding_w"};
    if (cut < 0) extra[keys[d]] = -cut;
  }
  // Keras keeps height x width x output x input here.
  const hdf5::Dataset kernel = NextKernel(c, "kernel", w, -1, in[3]);
  const int32_t filters = Dim(kernel, 2);
  const TensorId weights =
      c.Constant("kernel", {filters, Dim(kernel, 0), Dim(kernel, 1), Dim(kernel, 3)},
                 Permuted(kernel, {2, 0, 1, 3}));
  const TensorId bias = Bias(c, c.config(), filters);
  Attributes attributes = w.ToAttributes();
  attributes.merge(extra);
  const TensorId y = c.Emit("conv_transpose2d", {x, weights, bias}, std::move(attributes));
  c.Output(c.Activate(FromImage(c, y, w.spatial), c.config()));
}

void ImportEmbedding(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  if (c.Bool("mask_zero", false)) {
    return c.FailConfig("mask_zero", "true", "is false: masks are not carried to later layers",
                        "Build the model without it, for sequences of one length");
  }
  const hdf5::Dataset table = c.NextWeight("embeddings", {-1, -1});
  const TensorId rows = c.Constant("embeddings", {Dim(table, 0), Dim(table, 1)}, table.values);
  const TensorId indices = c.Emit("cast", {x}, {{"to", std::string("int32")}});
  c.Output(c.Emit("gather", {rows, indices}, {{"axis", int64_t{0}}}));
}

}  // namespace edgerack::compiler::keras
