// A Keras model as its configuration describes it, of whichever version: layers in the order they
// run, each with what it reads.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONFIG_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONFIG_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::compiler::keras {

// Output `tensor` of the call `node` of a layer. Layers may be called several times.
struct TensorRef {
  std::string layer;
  int node = 0;
  int tensor = 0;

  auto operator<=>(const TensorRef&) const = default;
};

// One call of a layer.
struct LayerCall {
  std::string name;
  std::string class_name;  // "Conv2D"; a package prefix ("Custom>Foo") stays
  std::string module;      // "keras.layers", or "" where the file does not say
  nlohmann::json config;
  int node = 0;  // which call of the layer this is
  std::vector<TensorRef> inputs;
};

struct ModelConfig {
  std::vector<LayerCall> calls;  // in the order they can run; InputLayers first read nothing
  std::vector<TensorRef> outputs;
  // Names of the layers in the order of the model's list: the order of their weights.
  std::vector<std::string> layers;
};

// `model` is the whole configuration ("class_name" and "config"). BAD_MODEL_FILE where it is no
// Sequential or functional model, or a layer reads what no layer makes.
absl::StatusOr<ModelConfig> ParseModelConfig(const nlohmann::json& model);

// Members of a configuration, with a fallback where they are absent, null or of another type.
int64_t IntOf(const nlohmann::json& config, const char* key, int64_t fallback);
double RealOf(const nlohmann::json& config, const char* key, double fallback);
bool BoolOf(const nlohmann::json& config, const char* key, bool fallback);
std::string TextOf(const nlohmann::json& config, const char* key, const std::string& fallback);
// A number or a list of numbers; `count` of them, a single one repeated. Empty when it is neither.
std::vector<int64_t> IntsOf(const nlohmann::json& config, const char* key, size_t count);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONFIG_H_
