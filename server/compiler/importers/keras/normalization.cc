// Normalizations and scalings.
#include <cmath>

#include "server/compiler/importers/keras/layers.h"

namespace edgerack::compiler::keras {
namespace {

// `axis` of the configuration, a number or a list with one; -1 where there is none.
int64_t AxisOf(LayerContext& c, const Shape& shape) {
  const auto found = c.config().find("axis");
  int64_t axis = -1;
  if (found != c.config().end() && found->is_number_integer()) axis = found->get<int64_t>();
  if (found != c.config().end() && found->is_array()) {
    if (found->size() != 1 || !(*found)[0].is_number_integer()) {
      c.FailConfig("axis", found->dump().substr(0, 80), "is one axis",
                   "Reshape the input so that one axis is normalized");
      return 0;
    }
    axis = (*found)[0].get<int64_t>();
  }
  const int64_t rank = static_cast<int64_t>(shape.size());
  if (axis < 0) axis += rank;
  if (axis < 1 || axis >= rank) {
    c.FailConfig("axis", std::to_string(axis), "are 1 to " + std::to_string(rank - 1),
                 "Normalize along one of these");
    return 0;
  }
  return axis;
}

std::vector<float> OnesOr(LayerContext& c, bool given, const char* what, int64_t count,
                          float otherwise) {
  if (given) return c.NextWeight(what, {count}).values;
  return std::vector<float>(static_cast<size_t>(count), otherwise);
}

}  // namespace

void ImportBatchNormalization(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const int64_t axis = AxisOf(c, c.ShapeOf(x));
  if (!c.ok()) return;
  const int32_t count = c.ShapeOf(x)[static_cast<size_t>(axis)];
  const auto gamma = OnesOr(c, c.Bool("scale", true), "gamma", count, 1);
  const auto beta = OnesOr(c, c.Bool("center", true), "beta", count, 0);
  const auto mean = c.NextWeight("moving mean", {count}).values;
  const auto variance = c.NextWeight("moving variance", {count}).values;
  if (!c.ok()) return;
  c.Output(c.Emit("batch_norm",
                  {x, c.Constant("gamma", {count}, gamma), c.Constant("beta", {count}, beta),
                   c.Constant("mean", {count}, mean), c.Constant("variance", {count}, variance)},
                  {{"epsilon", c.Real("epsilon", 1e-3)}, {"axis", axis}}));
}

void ImportLayerNormalization(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const Shape shape = c.ShapeOf(x);
  const int64_t axis = AxisOf(c, shape);
  if (!c.ok()) return;
  if (axis + 1 != static_cast<int64_t>(shape.size())) {
    return c.FailConfig("axis", std::to_string(axis), "is the last one",
                        "Put Permute layers around it");
  }
  const int32_t count = shape.back();
  const auto gamma = OnesOr(c, c.Bool("scale", true), "gamma", count, 1);
  const auto beta = OnesOr(c, c.Bool("center", true), "beta", count, 0);
  if (!c.ok()) return;
  c.Output(c.Emit("layer_norm",
                  {x, c.Constant("gamma", {count}, gamma), c.Constant("beta", {count}, beta)},
                  {{"epsilon", c.Real("epsilon", 1e-3)}, {"axis", axis}}));
}

void ImportUnitNormalization(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const int64_t axis = AxisOf(c, c.ShapeOf(x));
  c.Output(c.Emit("lp_norm", {x}, {{"p", int64_t{2}}, {"axis", axis}}));
}

// (x - mean) / sqrt(variance), both learnt by adapt() along the last axis.
void ImportNormalization(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const int64_t axis = AxisOf(c, c.ShapeOf(x));
  if (!c.ok()) return;
  if (axis + 1 != static_cast<int64_t>(c.ShapeOf(x).size())) {
    return c.FailConfig("axis", std::to_string(axis), "is the last one",
                        "Put Permute layers around it");
  }
  const int32_t count = c.ShapeOf(x).back();
  const hdf5::Dataset mean = c.NextWeight("mean", {count});
  const hdf5::Dataset variance = c.NextWeight("variance", {count});
  if (!c.ok()) return;
  // Keras divides by the deviation, but never by less than its epsilon of 1e-7.
  std::vector<float> deviation;
  for (float v : variance.values) deviation.push_back(std::max(std::sqrt(v), 1e-7f));
  const bool invert = c.Bool("invert", false);
  const TensorId mu = c.Constant("mean", {count}, mean.values);
  const TensorId sigma = c.Constant("deviation", {count}, deviation);
  c.Output(invert ? c.Binary("add", c.Binary("mul", x, sigma), mu)
                  : c.Binary("div", c.Binary("sub", x, mu), sigma));
}

void ImportRescaling(LayerContext& c) {
  const TensorId scaled = c.Binary("mul", c.In(), c.Scalar(c.Real("scale", 1)));
  c.Output(c.Binary("add", scaled, c.Scalar(c.Real("offset", 0))));
}

}  // namespace edgerack::compiler::keras
