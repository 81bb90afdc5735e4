#include "server/compiler/importers/keras/larq_quantizer.h"

#include <cmath>
#include <map>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

using Json = nlohmann::json;
using Kind = LarqQuantizer;

const std::map<std::string, Kind>& Kinds() {
  static const std::map<std::string, Kind> kinds = {
      {"NoOp", Kind::kNone},
      {"NoOpQuantizer", Kind::kNone},
      {"SteSign", Kind::kSign},
      {"ste_sign", Kind::kSign},
      {"ApproxSign", Kind::kSign},
      {"approx_sign", Kind::kSign},
      {"SwishSign", Kind::kSign},
      {"swish_sign", Kind::kSign},
      {"SteHeaviside", Kind::kHeaviside},
      {"ste_heaviside", Kind::kHeaviside},
      {"MagnitudeAwareSign", Kind::kMagnitude},
      {"magnitude_aware_sign", Kind::kMagnitude},
      {"SteTern", Kind::kOther},
      {"ste_tern", Kind::kOther},
      {"DoReFa", Kind::kOther},
      {"DoReFaQuantizer", Kind::kOther},
      {"dorefa_quantizer", Kind::kOther},
  };
  return kinds;
}

bool IsDoReFa(const std::string& name) { return name.find("oReFa") != std::string::npos; }

// Why a quantizer is not 1-bit where it stands.
std::string Reason(const QuantizerConfig& quantizer, QuantizerUse use) {
  if (quantizer.kind == Kind::kMagnitude) {
    return "which scales an input by its own mean, known only in each run";
  }
  if (quantizer.kind == Kind::kHeaviside) {
    return "whose 0 takes products out of the sums, which a 1-bit kernel does not tell from -1";
  }
  if (quantizer.name == "SteTern" || quantizer.name == "ste_tern") {
    return "whose three values take two bits";
  }
  if (IsDoReFa(quantizer.name) || quantizer.name == "dorefa_quantizer") {
    return "which rounds to steps of a range, not to a sign";
  }
  return use == QuantizerUse::kInput ? "which is no quantizer of larq's known for inputs"
                                     : "which is no quantizer of larq's known for kernels";
}

}  // namespace

std::string WithoutPackage(const std::string& name) { return name.substr(name.rfind('>') + 1); }

bool IsLarqQuantizer(const std::string& name) { return Kinds().count(WithoutPackage(name)) != 0; }

QuantizerConfig NamedQuantizer(const std::string& name) {
  QuantizerConfig quantizer;
  quantizer.name = WithoutPackage(name).substr(0, 80);
  const auto found = Kinds().find(quantizer.name);
  quantizer.kind = found == Kinds().end() ? Kind::kOther : found->second;
  if (quantizer.kind == Kind::kNone) quantizer.name = "";
  quantizer.text = quantizer.name.empty() ? "none" : quantizer.name;
  return quantizer;
}

QuantizerConfig ReadQuantizer(const Json& config, const char* key) {
  const auto found = config.is_object() ? config.find(key) : config.end();
  if (found == config.end() || found->is_null()) {
    QuantizerConfig none;
    none.text = "none";
    return none;
  }
  QuantizerConfig quantizer = NamedQuantizer(
      found->is_string() ? found->get<std::string>()
                         : TextOf(*found, "class_name", found->dump().substr(0, 80)));
  if (IsDoReFa(quantizer.name) && found->is_object()) {
    const Json own = found->value("config", Json());
    quantizer.text += " of k_bit " + std::to_string(IntOf(own, "k_bit", 2));
  }
  return quantizer;
}

absl::Status RequireOneBit(const std::string& key, const QuantizerConfig& quantizer,
                           QuantizerUse use) {
  const bool input = use == QuantizerUse::kInput;
  const Kind other = input ? Kind::kHeaviside : Kind::kMagnitude;
  if (quantizer.kind == Kind::kNone || quantizer.kind == Kind::kSign || quantizer.kind == other) {
    return absl::OkStatus();
  }
  return Refuse("BINARY_LAYER",
                key + " is " + quantizer.text + ", " + Reason(quantizer, use) +
                    "; supported 1-bit quantizers are ste_sign, approx_sign, swish_sign and " +
                    (input ? "ste_heaviside" : "magnitude_aware_sign") +
                    ". Train the layer with one of these, or without a quantizer");
}

TensorId QuantizedInput(LayerContext& c, TensorId x, LarqQuantizer kind) {
  if (kind == Kind::kNone) return x;
  const std::string to = kind == Kind::kHeaviside ? "uint1" : "int1";
  return c.Emit("unbinarize", {c.Emit("binarize", {x}, {{"to", to}})});
}

void QuantizeKernel(LarqQuantizer kind, hdf5::Dataset& kernel) {
  if (kind == Kind::kNone || kernel.shape.empty()) return;
  const auto channels = static_cast<size_t>(std::max<int64_t>(kernel.shape.back(), 1));
  std::vector<double> magnitude(channels, 1);
  if (kind == Kind::kMagnitude) {
    magnitude.assign(channels, 0);
    const double rows = static_cast<double>(kernel.values.size() / channels);
    for (size_t i = 0; i < kernel.values.size(); ++i) {
      magnitude[i % channels] += std::fabs(static_cast<double>(kernel.values[i])) / rows;
    }
  }
  for (size_t i = 0; i < kernel.values.size(); ++i) {
    const auto scale = static_cast<float>(magnitude[i % channels]);
    kernel.values[i] = kernel.values[i] >= 0 ? scale : -scale;
  }
}

}  // namespace edgerack::compiler::keras
