// SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION, LOCAL_RESPONSE_NORMALIZATION
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status ImportSoftmax(NodeContext& c) {
  const auto* o = c.op.raw->options_as_SoftmaxOptions();
  if (o == nullptr) return NoOptions("SoftmaxOptions");
  c.Append("softmax", c.inputs, c.outputs[0], {{"beta", static_cast<double>(o->beta())}});
  return absl::OkStatus();
}

absl::Status ImportLogSoftmax(NodeContext& c) {
  c.Append("log_softmax", c.inputs, c.outputs[0], {{"axis", int64_t{-1}}});
  return absl::OkStatus();
}

absl::Status ImportL2Normalization(NodeContext& c) {
  const auto* o = c.op.raw->options_as_L2NormOptions();
  if (o != nullptr) ER_RETURN_IF_ERROR(RequireNoActivation(o->fused_activation_function()));
  c.Append("lp_norm", c.inputs, c.outputs[0],
           {{"axis", int64_t{-1}}, {"p", int64_t{2}}, {"epsilon", 1e-6}});
  return absl::OkStatus();
}

// TFLite's window begins `radius` channels before and ends with `radius` - 1 behind; the graph's
// longer side is behind, so the channels are reversed for it. TFLite's alpha is of the plain sum;
// the graph's is divided by the size of the window.
absl::Status ImportLrn(NodeContext& c) {
  const auto* o = c.op.raw->options_as_LocalResponseNormalizationOptions();
  if (o == nullptr) return NoOptions("LocalResponseNormalizationOptions");
  if (o->radius() < 1 || o->radius() > 65535) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "radius is " + std::to_string(o->radius()) +
                      "; supported are 1 to 65535. Convert the model again");
  }
  const int64_t size = 2 * int64_t{o->radius()};
  const int64_t axis = static_cast<int64_t>(c.in(0).shape.size()) - 1;
  const Attributes reversed = {{"axes", std::vector<int64_t>{axis}}};
  ER_ASSIGN_OR_RETURN(TensorId x, c.Step("reverse", {c.inputs[0]}, "reversed", reversed));
  ER_ASSIGN_OR_RETURN(
      x, c.Step("lrn", {x}, "normalized",
                {{"axis", axis},
                 {"size", size},
                 {"alpha", static_cast<double>(o->alpha()) * static_cast<double>(size)},
                 {"beta", static_cast<double>(o->beta())},
                 {"bias", static_cast<double>(o->bias())}}));
  c.Append("reverse", {x}, c.outputs[0], reversed);
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> NormalizationHandlers() {
  return {{11, "lp_norm", 1, 1, 0, ImportL2Normalization},
          {13, "lrn", 1, 1, 0, ImportLrn},
          {25, "softmax", 1, 1, 0, ImportSoftmax},
          {50, "log_softmax", 1, 1, 0, ImportLogSoftmax}};
}

}  // namespace edgerack::compiler
