#include "server/compiler/importers/keras/larq.h"

#include <cmath>
#include <map>

#include "server/compiler/importers/keras/window.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

using Json = nlohmann::json;

struct LarqLayer {
  const char* keras;
  bool one_bit;  // has 1-bit kernels
  // Of its weights in their order; nullptr where there is no second kernel.
  const char* first_quantizer;
  const char* second_quantizer;
};

const std::map<std::string, LarqLayer>& Layers() {
  static const std::map<std::string, LarqLayer> layers = {
      {"QuantDense", {"Dense", true, "kernel_quantizer", nullptr}},
      {"QuantConv1D", {"Conv1D", true, "kernel_quantizer", nullptr}},
      {"QuantConv2D", {"Conv2D", true, "kernel_quantizer", nullptr}},
      {"QuantConv3D", {"Conv3D", false, "kernel_quantizer", nullptr}},
      {"QuantDepthwiseConv2D", {"DepthwiseConv2D", true, "depthwise_quantizer", nullptr}},
      {"QuantSeparableConv1D",
       {"SeparableConv1D", true, "depthwise_quantizer", "pointwise_quantizer"}},
      {"QuantSeparableConv2D",
       {"SeparableConv2D", true, "depthwise_quantizer", "pointwise_quantizer"}},
      {"QuantConv2DTranspose", {"Conv2DTranspose", false, "kernel_quantizer", nullptr}},
      {"QuantConv3DTranspose", {"Conv3DTranspose", false, "kernel_quantizer", nullptr}},
      {"QuantLocallyConnected1D", {"LocallyConnected1D", false, "kernel_quantizer", nullptr}},
      {"QuantLocallyConnected2D", {"LocallyConnected2D", false, "kernel_quantizer", nullptr}},
  };
  return layers;
}

// What the layer writes around its input where padding is "same"; as it is written.
std::string PadText(const Json& config) {
  const auto found = config.find("pad_values");
  return found == config.end() || found->is_null() ? "0.0" : found->dump().substr(0, 40);
}

bool PadsSame(const LayerCall& call) { return TextOf(call.config, "padding", "valid") == "same"; }

absl::StatusOr<float> PadValue(const LayerCall& call, LarqQuantizer input) {
  const auto found = call.config.find("pad_values");
  if (!PadsSame(call) || found == call.config.end() || found->is_null()) return 0.0f;
  const double value = found->is_number() ? found->get<double>() : NAN;
  if (input == LarqQuantizer::kNone && std::isfinite(value)) return static_cast<float>(value);
  const bool heaviside = input == LarqQuantizer::kHeaviside;
  if (value == 0 || value == 1 || (value == -1 && !heaviside)) return static_cast<float>(value);
  return Refuse("BINARY_LAYER", "pad_values is " + PadText(call.config) +
                                    ", which no bit of its input stands for; supported are " +
                                    (heaviside ? "0 and 1" : "-1, 0 and 1") +
                                    ". Train the layer with one of them");
}

absl::Status RequireOneBitLayer(const LayerCall& call, const LarqLayer& layer) {
  auto refuse = [&](const std::string& what, const std::string& supported,
                    const std::string& change) {
    return Refuse("BINARY_LAYER",
                  what +
                      ", for which there is no 1-bit kernel, and nothing becomes float32 "
                      "unasked; supported are " +
                      supported + ". " + change);
  };
  if (!layer.one_bit) {
    return refuse(std::string(layer.first_quantizer) + " is " +
                      ReadQuantizer(call.config, layer.first_quantizer).text + " in a " +
                      layer.keras,
                  "quantizers in QuantConv1D, QuantConv2D, QuantDense, QuantDepthwiseConv2D, "
                  "QuantSeparableConv1D and QuantSeparableConv2D",
                  "Train the layer without quantizers, or use one of these");
  }
  for (const char* key : {"groups", "depth_multiplier"}) {
    const int64_t value = IntOf(call.config, key, 1);
    if (value == 1) continue;
    return refuse(std::string(key) + " is " + std::to_string(value), "layers where it is 1",
                  "Build the layer of several with 1 each");
  }
  return absl::OkStatus();
}

// The image with `value` around it, as larq pads for "same".
TensorId Padded(LayerContext& c, TensorId image, float value) {
  if (!c.ok()) return kNoTensor;
  const Window w = ReadWindow(c, c.ShapeOf(image), "kernel_size");
  const std::vector<int64_t> pads = {0, 0, w.before[0], w.after[0], w.before[1], w.after[1], 0, 0};
  return c.Emit("pad", {image, c.Constant("pad_values", {1}, {value})}, {{"pads", pads}});
}

// Quantized, then padded.
TensorId Prepared(LayerContext& c, TensorId x, LarqQuantizer input, float pad) {
  if (!c.ok() || (input == LarqQuantizer::kNone && pad == 0)) return x;
  if (c.ShapeOf(x).size() < 3) return QuantizedInput(c, x, input);
  TensorId image = QuantizedInput(c, AsImage(c, x), input);
  if (pad != 0) image = Padded(c, image, pad);
  return FromImage(c, image, SpatialDims(c));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> LarqLayersNotTaken() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& [name, layer] : Layers()) {
    if (!layer.one_bit) list.emplace_back("larq " + name, "Train it without quantizers");
  }
  return list;
}

std::string KerasClassOf(const LayerCall& call) {
  const auto layer = Layers().find(WithoutPackage(call.class_name));
  return layer == Layers().end() ? "" : layer->second.keras;
}

absl::StatusOr<PlainLayer> PlainLayerOf(GraphBuilder& builder, const LayerCall& call,
                                        std::vector<TensorId> inputs,
                                        std::vector<hdf5::Dataset> weights, bool keras3) {
  const LarqLayer& layer = Layers().at(WithoutPackage(call.class_name));
  PlainLayer plain = {call, std::move(inputs), std::move(weights)};
  if (!call.config.is_object()) return plain;
  const QuantizerConfig input = ReadQuantizer(call.config, "input_quantizer");
  ER_RETURN_IF_ERROR(RequireOneBit("input_quantizer", input, QuantizerUse::kInput));
  bool quantizes = input.kind != LarqQuantizer::kNone;
  const char* keys[] = {layer.first_quantizer, layer.second_quantizer};
  for (size_t i = 0; i < 2 && keys[i] != nullptr; ++i) {
    const QuantizerConfig kernel = ReadQuantizer(call.config, keys[i]);
    ER_RETURN_IF_ERROR(RequireOneBit(keys[i], kernel, QuantizerUse::kKernel));
    quantizes = quantizes || kernel.kind != LarqQuantizer::kNone;
    if (i < plain.weights.size()) QuantizeKernel(kernel.kind, plain.weights[i]);
  }
  if (quantizes) ER_RETURN_IF_ERROR(RequireOneBitLayer(call, layer));
  ER_ASSIGN_OR_RETURN(const float pad, PadValue(call, input.kind));
  LayerContext context(builder, call, plain.inputs, {}, keras3);
  const TensorId prepared = Prepared(context, context.In(), input.kind, pad);
  ER_RETURN_IF_ERROR(context.status());
  plain.inputs[0] = prepared;
  if (pad != 0) plain.call.config["padding"] = "valid";
  return plain;
}

TensorId ApplyQuantizer(LayerContext& c, TensorId x, const std::string& name) {
  const QuantizerConfig quantizer = NamedQuantizer(name);
  const absl::Status one_bit = RequireOneBit("activation", quantizer, QuantizerUse::kInput);
  if (!one_bit.ok()) c.Fail(one_bit);
  return c.ok() ? QuantizedInput(c, x, quantizer.kind) : kNoTensor;
}

}  // namespace edgerack::compiler::keras
