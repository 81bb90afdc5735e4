// Loss functions, for models that were exported with them.
#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

// scores [n, c, d…] are log-probabilities, target [n, d…] classes, weight [c] or absent.
TensorId NegativeLogLikelihood(OnnxNodeContext& c, TensorId scores, TensorId target,
                               TensorId weight) {
  const std::string reduction = c.Text("reduction", "mean");
  if (reduction != "none" && reduction != "sum" && reduction != "mean") {
    c.FailAttribute("reduction", reduction, "are none, sum and mean",
                    "End the model before its loss, which a board does not need");
  }
  const bool ignores = c.HasAttribute("ignore_index");
  const int64_t ignored = c.Int("ignore_index", 0);
  if (!c.ok()) return kNoTensor;
  const Shape shape = c.ShapeOf(target);
  if (c.Rank(scores) != c.Rank(target) + 1 || c.Rank(scores) < 2) {
    c.Fail(
        "UNSUPPORTED_SHAPE",
        "its scores are " + ShapeText(c.ShapeOf(scores)) + ", its targets " + ShapeText(shape) +
            "; supported are scores N x C x … with targets N x …. End the model before its loss");
    return kNoTensor;
  }
  const DType dtype = c.T(target).dtype;
  TensorId mask = kNoTensor;
  if (ignores) {
    mask = c.Binary("equal", target, c.Scalar(dtype, static_cast<double>(ignored)));
    target = c.Emit("where", {mask, c.Scalar(dtype, 0), target});
  }
  Shape column = shape;
  column.insert(column.begin() + 1, 1);
  const TensorId picked =
      c.Emit("gather_elements", {scores, c.Reshape(target, column)}, {{"axis", int64_t{1}}});
  TensorId loss = c.Unary("neg", c.Reshape(picked, shape));
  const TensorId zero = c.Scalar(DType::kF32, 0);
  TensorId share = kNoTensor;  // how much each element counts
  if (weight != kNoTensor) {
    share = c.Emit("gather", {weight, target}, {{"axis", int64_t{0}}, {"batch_dims", int64_t{0}}});
    if (ignores) share = c.Emit("where", {mask, zero, share});
  } else if (ignores) {
    share = c.Emit("where", {mask, zero, c.Scalar(DType::kF32, 1)});
  }
  if (share != kNoTensor) loss = c.Binary("mul", loss, share);
  if (reduction == "none" || !c.ok()) return loss;
  std::vector<int64_t> axes;
  for (size_t d = 0; d < shape.size(); ++d) axes.push_back(static_cast<int64_t>(d));
  if (reduction == "sum") return c.Reduce("sum", loss, axes, false);
  if (share == kNoTensor) return c.Reduce("mean", loss, axes, false);
  return c.Binary("div", c.Reduce("sum", loss, axes, false), c.Reduce("sum", share, axes, false));
}

}  // namespace

void ImportNegativeLogLikelihoodLoss(OnnxNodeContext& c) {
  c.Output(0, NegativeLogLikelihood(c, c.In(0), c.In(1), c.Has(2) ? c.In(2) : kNoTensor));
}

void ImportSoftmaxCrossEntropyLoss(OnnxNodeContext& c) {
  const TensorId x = c.In(0);
  if (!c.ok()) return;
  const int64_t rank = c.Rank(x);
  if (rank < 2)
    return c.Fail("UNSUPPORTED_SHAPE",
                  "its scores have fewer than 2 dimensions; supported are N x C x …. End the model "
                  "before its loss");
  std::vector<int64_t> perm;
  for (int64_t d = 0; d < rank; ++d) perm.push_back(d);
  std::swap(perm[1], perm.back());
  const TensorId scores = c.Transpose(c.Emit("log_softmax", {c.Transpose(x, perm)}), perm);
  c.Output(0, NegativeLogLikelihood(c, scores, c.In(1), c.Has(2) ? c.In(2) : kNoTensor));
  c.Output(1, scores);
}

}  // namespace edgerack::compiler
