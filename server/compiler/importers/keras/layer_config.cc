#include "server/compiler/importers/keras/layer_config.h"

#include <map>
#include <set>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxCalls = 4096;

absl::Status Bad(const std::string& what) {
  return Refuse("BAD_MODEL_FILE",
                "the model's configuration is damaged: " + what + "; save the model again");
}

const Json& Member(const Json& object, const char* key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

// ["layer", node, tensor] with or without arguments behind, in Keras 2; a "__keras_tensor__" with
// its history in Keras 3.
bool ParseRef(const Json& item, TensorRef& ref) {
  const Json* parts = &item;
  if (item.is_object()) {
    if (TextOf(item, "class_name", "") != "__keras_tensor__") return false;
    parts = &Member(Member(item, "config"), "keras_history");
  }
  if (!parts->is_array() || parts->size() < 3 || !(*parts)[0].is_string() ||
      !(*parts)[1].is_number_integer() || !(*parts)[2].is_number_integer()) {
    return false;
  }
  ref = {(*parts)[0].get<std::string>(), (*parts)[1].get<int>(), (*parts)[2].get<int>()};
  return true;
}

// Every tensor an item holds, in order; lists are looked into.
void CollectRefs(const Json& item, std::vector<TensorRef>& refs, int depth = 0) {
  TensorRef ref;
  if (ParseRef(item, ref)) {
    refs.push_back(ref);
  } else if (item.is_array() && depth < 8) {
    for (const Json& part : item) CollectRefs(part, refs, depth + 1);
  }
}

LayerCall BaseCall(const Json& layer) {
  LayerCall call;
  call.class_name = TextOf(layer, "class_name", "");
  call.module = TextOf(layer, "module", "");
  call.config = Member(layer, "config");
  call.name = TextOf(layer, "name", TextOf(call.config, "name", call.class_name));
  return call;
}

std::vector<LayerCall> CallsOf(const Json& layer) {
  const LayerCall base = BaseCall(layer);
  const Json& nodes = Member(layer, "inbound_nodes");
  std::vector<LayerCall> calls;
  if (!nodes.is_array() || nodes.empty()) return {base};
  for (const Json& node : nodes) {
    LayerCall call = base;
    call.node = static_cast<int>(calls.size());
    CollectRefs(node.is_object() ? Member(node, "args") : node, call.inputs);
    // Keras 3 passes tensors by name too, e.g. a layer's initial state.
    for (const Json& value : Member(node, "kwargs")) CollectRefs(value, call.inputs);
    calls.push_back(std::move(call));
  }
  return calls;
}

// Puts calls behind what they read; a file may list layers in any order.
absl::Status Order(std::vector<LayerCall>& calls) {
  std::vector<LayerCall> ordered;
  std::set<std::pair<std::string, int>> made;
  while (!calls.empty()) {
    std::vector<LayerCall> waiting;
    for (LayerCall& call : calls) {
      bool ready = true;
      for (const TensorRef& ref : call.inputs) {
        ready = ready && made.count({ref.layer, ref.node}) != 0;
      }
      if (!ready) {
        waiting.push_back(std::move(call));
        continue;
      }
      made.insert({call.name, call.node});
      ordered.push_back(std::move(call));
    }
    if (waiting.size() == calls.size()) {
      return Bad("layer '" + waiting[0].name + "' reads what no layer makes");
    }
    calls = std::move(waiting);
  }
  calls = std::move(ordered);
  return absl::OkStatus();
}

absl::StatusOr<ModelConfig> ParseFunctional(const Json& config) {
  ModelConfig model;
  const Json& layers = Member(config, "layers");
  if (!layers.is_array()) return Bad("it has no list of layers");
  for (const Json& layer : layers) {
    std::vector<LayerCall> calls = CallsOf(layer);
    model.layers.push_back(calls[0].name);
    for (LayerCall& call : calls) model.calls.push_back(std::move(call));
    if (model.calls.size() > kMaxCalls) return Bad("it has over 4096 layers");
  }
  CollectRefs(Member(config, "output_layers"), model.outputs);
  if (model.outputs.empty()) return Bad("it names no outputs");
  ER_RETURN_IF_ERROR(Order(model.calls));
  return model;
}

// Old files give the first layer the input's shape instead of an InputLayer.
absl::Status AddInputLayer(ModelConfig& model) {
  if (model.calls.empty()) return Bad("it has no layers");
  const LayerCall& first = model.calls.front();
  if (first.class_name == "InputLayer") return absl::OkStatus();
  const Json& shape = Member(first.config, "batch_input_shape");
  if (!shape.is_array()) {
    return Refuse("BAD_MODEL_FILE",
                  "the model was never built: the shape of its input is unknown; "
                  "call model.build(input_shape) before saving it");
  }
  LayerCall input;
  input.name = first.name + "_input";
  input.class_name = "InputLayer";
  input.config = {{"batch_shape", shape}, {"dtype", Member(first.config, "dtype")}};
  model.calls.insert(model.calls.begin(), std::move(input));
  return absl::OkStatus();
}

absl::StatusOr<ModelConfig> ParseSequential(const Json& config) {
  ModelConfig model;
  const Json& layers = config.is_array() ? config : Member(config, "layers");
  if (!layers.is_array() || layers.size() > kMaxCalls) return Bad("it has no list of layers");
  for (const Json& layer : layers) {
    model.calls.push_back(BaseCall(layer));
    model.layers.push_back(model.calls.back().name);
  }
  ER_RETURN_IF_ERROR(AddInputLayer(model));
  for (size_t i = 1; i < model.calls.size(); ++i) {
    model.calls[i].inputs = {{model.calls[i - 1].name, 0, 0}};
  }
  model.outputs = {{model.calls.back().name, 0, 0}};
  return model;
}

}  // namespace

int64_t IntOf(const Json& config, const char* key, int64_t fallback) {
  const Json& value = Member(config, key);
  return value.is_number_integer() ? value.get<int64_t>() : fallback;
}

double RealOf(const Json& config, const char* key, double fallback) {
  const Json& value = Member(config, key);
  return value.is_number() ? value.get<double>() : fallback;
}

bool BoolOf(const Json& config, const char* key, bool fallback) {
  const Json& value = Member(config, key);
  return value.is_boolean() ? value.get<bool>() : fallback;
}

std::string TextOf(const Json& config, const char* key, const std::string& fallback) {
  const Json& value = Member(config, key);
  return value.is_string() ? value.get<std::string>() : fallback;
}

std::vector<int64_t> IntsOf(const Json& config, const char* key, size_t count) {
  const Json& value = Member(config, key);
  if (value.is_number_integer()) return std::vector<int64_t>(count, value.get<int64_t>());
  std::vector<int64_t> list;
  if (!value.is_array() || value.size() != count) return list;
  for (const Json& item : value) {
    if (!item.is_number_integer()) return {};
    list.push_back(item.get<int64_t>());
  }
  return list;
}

absl::StatusOr<ModelConfig> ParseModelConfig(const Json& model) {
  const std::string kind = TextOf(model, "class_name", "");
  const Json& config = Member(model, "config");
  if (kind == "Sequential") return ParseSequential(config);
  if (kind == "Model" || kind == "Functional") return ParseFunctional(config);
  return Refuse("BAD_MODEL_FILE",
                "the model is a " +
                    (kind.empty() ? "nameless class" : "'" + kind.substr(0, 80) + "'") +
                    "; supported are Sequential and functional models. A subclassed model saves "
                    "its code, not its layers: build it as keras.Model(inputs, outputs)");
}

}  // namespace edgerack::compiler::keras
