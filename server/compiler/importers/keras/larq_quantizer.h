// larq's quantizers (docs.larq.dev/larq/api/quantizers): which of them are 1-bit, and what those do
// to an input or a kernel.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LARQ_QUANTIZER_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LARQ_QUANTIZER_H_

#include <string>

#include "server/compiler/importers/keras/layer_context.h"

namespace edgerack::compiler::keras {

enum class LarqQuantizer {
  kNone,       // no quantizer, or NoOp, which only marks a variable
  kSign,       // ste_sign, approx_sign, swish_sign: -1 below 0, else +1; they differ in training
  kHeaviside,  // ste_heaviside: 1 above 0, else 0
  kMagnitude,  // magnitude_aware_sign: the sign times the channel's mean magnitude
  kOther,      // of more than one bit, or unknown
};

// "Larq>SteSign" → "SteSign"
std::string WithoutPackage(const std::string& name);

// True for the quantizers by name, which may also stand where an activation or a layer does
// ("ste_sign", "Larq>SteSign").
bool IsLarqQuantizer(const std::string& name);

// A quantizer as a configuration has it under `key`: a name, or a class with a configuration.
struct QuantizerConfig {
  std::string name;  // without the package; "" for none
  std::string text;  // the name, with the bits where it has them ("DoReFa of k_bit 2")
  LarqQuantizer kind = LarqQuantizer::kNone;
};
QuantizerConfig ReadQuantizer(const nlohmann::json& config, const char* key);
QuantizerConfig NamedQuantizer(const std::string& name);

// Where a quantizer stands.
enum class QuantizerUse { kInput, kKernel };
// BINARY_LAYER for one that is not 1-bit there; `key` is its name in the configuration.
absl::Status RequireOneBit(const std::string& key, const QuantizerConfig& quantizer,
                           QuantizerUse use);

// The input's bits as the numbers they stand for: binarize and unbinarize.
TensorId QuantizedInput(LayerContext& c, TensorId x, LarqQuantizer kind);

// A kernel's values as larq computes with them; the last dimension is the output channels.
void QuantizeKernel(LarqQuantizer kind, hdf5::Dataset& kernel);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LARQ_QUANTIZER_H_
