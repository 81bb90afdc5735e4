#include "server/compiler/importers/keras/larq.h"

#include <map>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

using Json = nlohmann::json;

constexpr const char* kQuantizerKeys[] = {"input_quantizer", "kernel_quantizer",
                                          "depthwise_quantizer", "pointwise_quantizer"};

// Each layer with the Keras layer it is without quantizers.
const std::map<std::string, const char*>& Layers() {
  static const std::map<std::string, const char*> layers = {
      {"QuantDense", "Dense"},
      {"QuantConv1D", "Conv1D"},
      {"QuantConv2D", "Conv2D"},
      {"QuantConv3D", "Conv3D"},
      {"QuantDepthwiseConv2D", "DepthwiseConv2D"},
      {"QuantSeparableConv1D", "SeparableConv1D"},
      {"QuantSeparableConv2D", "SeparableConv2D"},
      {"QuantConv2DTranspose", "Conv2DTranspose"},
      {"QuantConv3DTranspose", "Conv3DTranspose"},
      {"QuantLocallyConnected1D", "LocallyConnected1D"},
      {"QuantLocallyConnected2D", "LocallyConnected2D"},
  };
  return layers;
}

// "Larq>SteSign" → "SteSign"
std::string WithoutPackage(const std::string& name) { return name.substr(name.rfind('>') + 1); }

// A quantizer as the configuration has it: a name, or a class with a configuration. "" for none.
std::string QuantizerName(const Json& config, const char* key) {
  const auto found = config.is_object() ? config.find(key) : config.end();
  if (found == config.end() || found->is_null()) return "";
  const std::string name = WithoutPackage(
      found->is_string() ? found->get<std::string>()
                         : TextOf(*found, "class_name", found->dump().substr(0, 80)));
  // NoOp only marks a variable: it gives what it gets.
  return name == "NoOp" || name == "NoOpQuantizer" ? "" : name;
}

// The value larq pads with where padding is "same"; as it is written.
std::string PadValues(const Json& config) {
  const auto found = config.is_object() ? config.find("pad_values") : config.end();
  if (found == config.end() || found->is_null()) return "0.0";
  return found->dump().substr(0, 40);
}

bool PadsWithZero(const Json& config) {
  const auto found = config.is_object() ? config.find("pad_values") : config.end();
  const bool zero = found == config.end() || found->is_null() ||
                    (found->is_number() && found->get<double>() == 0);
  return zero || TextOf(config, "padding", "") != "same";
}

bool Quantizes(const Json& config) {
  for (const char* key : kQuantizerKeys) {
    if (!QuantizerName(config, key).empty()) return true;
  }
  return false;
}

// "input_quantizer is SteSign, kernel_quantizer is none, pad_values is 1.0"
std::string Configured(const Json& config) {
  std::string text;
  auto add = [&](const std::string& key, const std::string& value) {
    if (!config.contains(key)) return;
    text += (text.empty() ? "" : ", ") + key + " is " + (value.empty() ? "none" : value);
  };
  for (const char* key : kQuantizerKeys) add(key, QuantizerName(config, key).substr(0, 80));
  add("pad_values", PadValues(config));
  return text;
}

}  // namespace

std::vector<std::string> LarqLayers() {
  std::vector<std::string> names;
  for (const auto& layer : Layers()) names.push_back(layer.first);
  return names;
}

bool IsLarqQuantizer(const std::string& name) {
  const std::string plain = WithoutPackage(name);
  for (const char* known :
       {"SteSign", "ApproxSign", "SteHeaviside", "SwishSign", "MagnitudeAwareSign", "SteTern",
        "DoReFa", "DoReFaQuantizer", "ste_sign", "approx_sign", "ste_heaviside", "swish_sign",
        "magnitude_aware_sign", "ste_tern", "dorefa_quantizer"}) {
    if (plain == known) return true;
  }
  return false;
}

bool IsLarq(const LayerCall& call) {
  return call.class_name.rfind("Larq>", 0) == 0 || call.module.rfind("larq", 0) == 0 ||
         Layers().count(WithoutPackage(call.class_name)) != 0 || IsLarqQuantizer(call.class_name);
}

std::string PlainClassOf(const LayerCall& call) {
  const auto layer = Layers().find(WithoutPackage(call.class_name));
  if (!IsLarq(call) || layer == Layers().end()) return "";
  return PadsWithZero(call.config) && !Quantizes(call.config) ? layer->second : "";
}

absl::Status RefuseLarqQuantizer(const std::string& name) {
  return Refuse(
      "BINARY_LAYER",
      "activation is " + WithoutPackage(name).substr(0, 80) +
          ", a quantizer of larq; this version has no 1-bit kernels yet, and nothing "
          "becomes float32 unasked. Supported are Keras' own activations: train the model "
          "with one of them, e.g. tanh");
}

absl::Status RefuseLarq(const LayerCall& call) {
  const auto layer = Layers().find(WithoutPackage(call.class_name));
  if (layer == Layers().end()) return RefuseLarqQuantizer(call.class_name);
  const std::string keras = layer->second;
  if (!Quantizes(call.config)) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "pad_values is " + PadValues(call.config) +
                      " where padding is 'same'; supported is 0.0. Train the layer with it");
  }
  return Refuse("BINARY_LAYER",
                Configured(call.config) +
                    "; this version has no 1-bit kernels yet, and nothing becomes float32 unasked. "
                    "Supported is the layer without quantizers, which is a " +
                    keras + " in float32. Train it so; where only its kernel is quantized, a " +
                    keras +
                    " with the binarized kernel (larq.context.quantized_scope(True)) gives the "
                    "same results");
}

}  // namespace edgerack::compiler::keras
