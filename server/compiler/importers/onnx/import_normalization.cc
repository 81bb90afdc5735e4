// Normalizations.
#include <numeric>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

TensorId Squares(OnnxNodeContext& c, TensorId x) { return c.Binary("mul", x, x); }

// `count` scales, each repeated for the channels of its group, which must be constants.
TensorId PerChannel(OnnxNodeContext& c, size_t i, const char* what, int64_t channels,
                    int64_t groups) {
  const TensorId values = c.ConstIn(i, what);
  if (!c.ok() || c.T(values).elements() == channels) return values;
  if (c.T(values).elements() != groups) {
    c.Fail("BAD_MODEL_FILE", std::string(what) + " has shape " + ShapeText(c.ShapeOf(values)) +
                                 "; expected one per group");
    return kNoTensor;
  }
  const int32_t per_group = static_cast<int32_t>(channels / groups);
  const TensorId column = c.Reshape(values, {static_cast<int32_t>(groups), 1});
  const TensorId table =
      c.Emit("expand", {column}, {{"shape", std::vector<int64_t>{groups, per_group}}});
  return c.Reshape(table, {static_cast<int32_t>(channels)});
}

}  // namespace

void ImportBatchNormalization(OnnxNodeContext& c) {
  c.Ignore("momentum");
  if (c.Int("is_test", 1) == 0) {
    c.FailAttribute("is_test", "0", "is 1", "Export the model for inference (model.eval())");
  }
  if (c.Int("training_mode", 0) != 0) {
    return c.FailAttribute("training_mode", "1", "is 0",
                           "Export the model for inference (model.eval())");
  }
  if (c.Int("spatial", 1) != 1) {
    return c.FailAttribute("spatial", "0", "is 1 (one mean and variance per channel)",
                           "Export it with opset 9 or later");
  }
  const double epsilon = c.Real("epsilon", static_cast<double>(1e-5f));
  const TensorId x = c.In(0);
  if (c.ok() && c.Rank(x) < 2) {
    return c.Fail("UNSUPPORTED_SHAPE",
                  "its input has shape " + ShapeText(c.ShapeOf(x)) +
                      "; supported are N x C and more. Reshape it in the model");
  }
  c.Output(0, c.Emit("batch_norm", {x, c.In(1), c.In(2), c.In(3), c.In(4)},
                     {{"epsilon", epsilon}, {"axis", int64_t{1}}}));
}

void ImportInstanceNormalization(OnnxNodeContext& c) {
  const double epsilon = c.Real("epsilon", static_cast<double>(1e-5f));
  c.Output(0, c.Emit("instance_norm", {c.In(0), c.In(1), c.In(2)},
                     {{"epsilon", epsilon}, {"axis", int64_t{1}}}));
}

void ImportGroupNormalization(OnnxNodeContext& c) {
  const double epsilon = c.Real("epsilon", static_cast<double>(1e-5f));
  const int64_t groups = c.Int("num_groups", 0);
  const TensorId x = c.In(0);
  if (!c.ok()) return;
  const int64_t channels = c.Rank(x) < 2 ? 0 : c.ShapeOf(x)[1];
  if (groups < 1 || channels % groups != 0 || channels == 0) {
    return c.FailAttribute("num_groups", std::to_string(groups),
                           "is a divisor of the " + std::to_string(channels) + " channels",
                           "Choose another number of groups or channels");
  }
  const TensorId scale = PerChannel(c, 1, "scale", channels, groups);
  const TensorId bias = PerChannel(c, 2, "bias", channels, groups);
  c.Output(0, c.Emit("group_norm", {x, scale, bias},
                     {{"epsilon", epsilon}, {"groups", groups}, {"axis", int64_t{1}}}));
}

void ImportLayerNormalization(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  const double epsilon = c.Real("epsilon", static_cast<double>(1e-5f));
  c.Ignore("stash_type");  // everything is computed in float32 anyway
  const int64_t axis = c.Axis(c.Int("axis", -1), c.Rank(x));
  const TensorId scale = c.In(1);
  if (!c.ok()) return;
  const Shape shape = c.ShapeOf(x);
  const Shape normalized(shape.begin() + axis, shape.end());
  const bool plain =
      c.ShapeOf(scale) == normalized && (!c.Has(2) || c.ShapeOf(c.In(2)) == normalized);
  if (plain) {
    const size_t count = c.Wants(2) ? 3 : c.Wants(1) ? 2 : 1;
    const std::vector<TensorId> outputs =
        c.EmitMany("layer_norm", {x, scale, c.Has(2) ? c.In(2) : kNoTensor},
                   {{"epsilon", epsilon}, {"axis", axis}}, count);
    for (size_t i = 0; i < count; ++i) c.Output(i, outputs[i]);
    return;
  }
  std::vector<int64_t> axes(normalized.size());
  std::iota(axes.begin(), axes.end(), axis);
  const TensorId mean = c.Reduce("mean", x, axes, true);
  const TensorId centered = c.Binary("sub", x, mean);
  const TensorId variance = c.Reduce("mean", Squares(c, centered), axes, true);
  const TensorId inverse = c.Unary(
      "reciprocal", c.Unary("sqrt", c.Binary("add", variance, c.Scalar(DType::kF32, epsilon))));
  TensorId y = c.Binary("mul", c.Binary("mul", centered, inverse), scale);
  if (c.Has(2)) y = c.Binary("add", y, c.In(2));
  c.Output(0, y);
  c.Output(1, mean);
  c.Output(2, inverse);
}

void ImportMeanVarianceNormalization(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  std::vector<int64_t> axes = c.Ints("axes");
  if (axes.empty()) axes = {0, 2, 3};
  axes = c.Axes(axes, c.Rank(x));
  const TensorId centered = c.Binary("sub", x, c.Reduce("mean", x, axes, true));
  const TensorId deviation = c.Unary("sqrt", c.Reduce("mean", Squares(c, centered), axes, true));
  c.Output(0, c.Binary("div", centered, c.Binary("add", deviation, c.Scalar(DType::kF32, 1e-9))));
}

void ImportLrn(OnnxNodeContext& c) {
  const int64_t size = c.Int("size", 0);
  const double alpha = c.Real("alpha", static_cast<double>(1e-4f));
  const double beta = c.Real("beta", 0.75);
  const double bias = c.Real("bias", 1.0);
  c.Output(0, c.Emit("lrn", {c.In(0)},
                     {{"size", size},
                      {"alpha", alpha},
                      {"beta", beta},
                      {"bias", bias},
                      {"axis", int64_t{1}}}));
}

}  // namespace edgerack::compiler
