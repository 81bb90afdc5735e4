#include "server/compiler/importers/keras/activation.h"

#include <cmath>

#include "server/compiler/importers/keras/larq.h"
#include "server/compiler/importers/keras/layers.h"

namespace edgerack::compiler::keras {
namespace {

// Names that are a function of the graph as they are.
struct Plain {
  const char* name;
  const char* fn;
};
constexpr Plain kPlain[] = {
    {"sigmoid", "sigmoid"},   {"tanh", "tanh"}, {"exponential", "exp"}, {"softplus", "softplus"},
    {"softsign", "softsign"}, {"elu", "elu"},   {"selu", "selu"},       {"swish", "swish"},
    {"silu", "swish"},        {"mish", "mish"}, {"celu", "celu"},
};

TensorId Relu(LayerContext& c, TensorId x, const char* act) {
  return c.Emit("relu", {x}, {{"act", std::string(act)}});
}

// 1 above 0, else 0 … with the slope below, the cut above: Keras' ReLU in general.
TensorId GeneralRelu(LayerContext& c, TensorId x, double slope, double threshold, double cut) {
  const bool capped = std::isfinite(cut);
  if (slope == 0 && threshold == 0 && !capped) return Relu(c, x, "relu");
  if (slope == 0 && threshold == 0 && cut == 6) return Relu(c, x, "relu6");
  TensorId y = x;
  if (threshold != 0) {
    if (slope != 0) {
      c.FailConfig("threshold", std::to_string(threshold), "is 0 where negative_slope is not",
                   "Use a ReLU with one of the two");
      return kNoTensor;
    }
    y = c.Unary("thresholded_relu", x, {{"alpha", threshold}});
  } else if (slope != 0) {
    y = c.Unary("leaky_relu", x, {{"alpha", slope}});
  } else {
    y = Relu(c, x, "relu");
  }
  return capped ? c.Binary("min", y, c.Scalar(cut)) : y;
}

}  // namespace

TensorId Softmax(LayerContext& c, TensorId x, int64_t axis) {
  if (!c.ok()) return kNoTensor;
  const int64_t rank = static_cast<int64_t>(c.ShapeOf(x).size());
  if (axis < 0) axis += rank;
  if (axis == rank - 1) return c.Emit("softmax", {x}, {{"beta", 1.0}});
  return c.Emit("softmax", {x}, {{"beta", 1.0}, {"axis", axis}});
}

TensorId ApplyActivation(LayerContext& c, TensorId x, const std::string& name) {
  if (!c.ok() || name == "linear") return x;
  for (const Plain& plain : kPlain) {
    if (name == plain.name) return c.Unary(plain.fn, x);
  }
  if (name == "relu" || name == "ReLU") return Relu(c, x, "relu");
  if (name == "relu6") return Relu(c, x, "relu6");
  if (name == "softmax") return Softmax(c, x, -1);
  if (name == "log_softmax") return c.Emit("log_softmax", {x}, {{"axis", int64_t{-1}}});
  if (name == "gelu") return c.Unary("gelu", x);
  if (name == "leaky_relu") return c.Unary("leaky_relu", x, {{"alpha", 0.2}});
  // Keras 3 changed the slope of hard_sigmoid from 1/5 to 1/6; a file says which by its module.
  if (name == "hard_sigmoid") {
    const double slope = c.keras3() ? 1.0 / 6 : 0.2;
    return c.Unary("hard_sigmoid", x, {{"alpha", slope}, {"beta", 0.5}});
  }
  if (name == "hard_silu" || name == "hard_swish") return c.Unary("hard_swish", x);
  if (IsLarqQuantizer(name)) return ApplyQuantizer(c, x, name);
  c.FailConfig("activation", "'" + name.substr(0, 80) + "'",
               "are linear, relu, relu6, leaky_relu, elu, selu, celu, gelu, mish, swish, softmax, "
               "log_softmax, softplus, softsign, sigmoid, tanh, exponential, hard_sigmoid, "
               "hard_silu",
               "Replace it by layers of these");
  return kNoTensor;
}

void ImportActivation(LayerContext& c) { c.Output(c.Activate(c.In(), c.config())); }

void ImportReLU(LayerContext& c) {
  const TensorId x = c.In();
  c.Output(GeneralRelu(c, x, c.Real("negative_slope", 0), c.Real("threshold", 0),
                       c.Real("max_value", INFINITY)));
}

void ImportLeakyReLU(LayerContext& c) {
  const double slope = c.Real("negative_slope", c.Real("alpha", 0.3));
  c.Output(c.Unary("leaky_relu", c.In(), {{"alpha", slope}}));
}

void ImportELU(LayerContext& c) {
  c.Output(c.Unary("elu", c.In(), {{"alpha", c.Real("alpha", 1)}}));
}

void ImportThresholdedReLU(LayerContext& c) {
  c.Output(c.Unary("thresholded_relu", c.In(), {{"alpha", c.Real("theta", 1)}}));
}

void ImportSoftmax(LayerContext& c) { c.Output(Softmax(c, c.In(), c.Int("axis", -1))); }

void ImportPReLU(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  std::vector<int64_t> shape(c.ShapeOf(x).begin() + 1, c.ShapeOf(x).end());
  const nlohmann::json shared = c.Member("shared_axes");
  for (const auto& axis : shared.is_array() ? shared : nlohmann::json::array()) {
    const int64_t d = axis.is_number_integer() ? axis.get<int64_t>() : 0;
    if (d < 1 || d > static_cast<int64_t>(shape.size())) {
      return c.FailConfig("shared_axes", shared.dump().substr(0, 80), "are axes of the input",
                          "Save the model again");
    }
    shape[static_cast<size_t>(d - 1)] = 1;
  }
  const hdf5::Dataset alpha = c.NextWeight("alpha", shape);
  c.Output(
      c.Binary("prelu", x, c.Constant("alpha", Shape(shape.begin(), shape.end()), alpha.values)));
}

}  // namespace edgerack::compiler::keras
