#include "server/compiler/importers/keras/not_taken.h"

#include "server/compiler/importers/keras/larq.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

constexpr char kReplace[] = "Build it from these before saving, or end the model before it";
constexpr char kThreeDimensions[] =
    "Export the model to ONNX or TensorFlow Lite, whose layers of three dimensions are taken";

struct Group {
  const char* instead;
  std::vector<const char*> classes;
};

const std::vector<Group>& Groups() {
  static const std::vector<Group> groups = {
      {"Write what its Python code does as such layers", {"Lambda"}},
      {"Build the model without it, for sequences of one length", {"Masking"}},
      {"Build one model of both: y = head(base.output), keras.Model(base.input, y)",
       {"Functional", "Sequential", "Model"}},
      {kThreeDimensions,
       {"Conv3D", "Conv3DTranspose", "MaxPooling3D", "AveragePooling3D", "GlobalMaxPooling3D",
        "GlobalAveragePooling3D", "Cropping3D", "ZeroPadding3D", "UpSampling3D",
        "SpatialDropout3D"}},
      {"Use LSTM, GRU or SimpleRNN",
       {"RNN", "LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells", "ConvLSTM1D",
        "ConvLSTM2D", "ConvLSTM3D"}},
      {"Do this step outside, and feed the model numbers",
       {"StringLookup", "IntegerLookup", "TextVectorization", "Hashing", "HashedCrossing",
        "CategoryEncoding", "Discretization", "MelSpectrogram", "STFTSpectrogram"}},
      {"Leave it out when saving: it does nothing in inference",
       {"RandomBrightness", "RandomContrast", "RandomFlip", "RandomHeight", "RandomRotation",
        "RandomTranslation", "RandomWidth", "RandomZoom"}},
      {kReplace,
       {"AdditiveAttention", "Attention", "MultiHeadAttention", "GroupQueryAttention",
        "EinsumDense", "GroupNormalization", "SpectralNormalization", "LocallyConnected1D",
        "LocallyConnected2D", "CenterCrop", "RandomCrop"}},
  };
  return groups;
}

std::string InsteadOf(const std::string& name) {
  for (const Group& group : Groups()) {
    for (const char* known : group.classes) {
      if (name == known) return group.instead;
    }
  }
  return kReplace;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> NotTaken() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const Group& group : Groups()) {
    for (const char* name : group.classes) list.emplace_back(name, group.instead);
  }
  for (auto& larq : LarqLayersNotTaken()) list.push_back(std::move(larq));
  return list;
}

absl::Status RefuseLayer(const LayerCall& call, size_t taken) {
  const std::string name = call.class_name.substr(0, 80);
  const std::string plain = name.substr(name.rfind('>') + 1);
  std::string what = "'" + plain + "' is no layer that can be taken";
  if (name == "Lambda") what = "Lambda holds Python code, which no board runs";
  if (name == "Masking") what = "Masking makes a mask, which is not carried to later layers";
  if (name == "Functional" || name == "Sequential") what = "it is a model inside the model";
  return Refuse("UNSUPPORTED_OPERATOR", what + "; supported are the " + std::to_string(taken) +
                                            " layers that edgerack-compile ops lists. " +
                                            InsteadOf(plain));
}

absl::Status RefuseQuantizedInPlace(const LayerCall& call) {
  if (!call.config.is_object()) return absl::OkStatus();
  const nlohmann::json dtype = call.config.value("dtype", nlohmann::json());
  std::string value =
      dtype.is_string() ? dtype.get<std::string>() : TextOf(dtype, "class_name", "");
  const bool policy = value.rfind("Quantized", 0) == 0 || value.find("_from_") != std::string::npos;
  const auto own = call.config.find("quantization_config");
  const bool configured = own != call.config.end() && !own->is_null();
  if (!policy && !configured) return absl::OkStatus();
  const std::string key = policy ? "dtype" : "quantization_config";
  if (policy && dtype.is_object()) {
    const nlohmann::json config = dtype.value("config", nlohmann::json());
    value = TextOf(config, "mode", "?") + "_from_" + TextOf(config, "source_name", "?");
  }
  if (!policy) value = TextOf(*own, "class_name", own->dump());
  return Refuse("UNSUPPORTED_QUANTIZATION",
                key + " is " + value.substr(0, 80) +
                    ": Keras has quantized this layer's weights; supported are weights in float32. "
                    "Save the model without model.quantize(); for int8 convert it with "
                    "tf.lite.TFLiteConverter and a representative dataset");
}

}  // namespace edgerack::compiler::keras
