#include <map>

#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/keras/larq.h"
#include "server/compiler/importers/keras/layer_config.h"
#include "server/compiler/importers/keras/layer_context.h"
#include "server/compiler/importers/keras/layers.h"
#include "server/compiler/importers/keras/model_file.h"
#include "server/compiler/importers/keras/not_taken.h"
#include "server/compiler/importers/keras/weights.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace keras {
namespace {

struct Layer {
  const char* class_name;
  LayerHandler handler;
  const char* graph_op;
};

const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = {
#define ER_LAYER(name, handler, graph_op) {#name, handler, #graph_op},
#include "server/compiler/importers/keras/layers.inc"
#undef ER_LAYER
  };
  return layers;
}

// The shape of an input: batch 1 where it is open, other open dimensions by shape.NAME.
absl::StatusOr<Shape> InputShape(const LayerCall& call, const InputOptions& options,
                                 std::set<std::string>& fixed) {
  const auto given = options.input_shapes.find(call.name);
  if (given != options.input_shapes.end()) {
    fixed.insert(call.name);
    return given->second;
  }
  for (const char* key : {"batch_shape", "batch_input_shape"}) {
    const auto found = call.config.find(key);
    if (found == call.config.end() || !found->is_array() || found->empty()) continue;
    Shape shape;
    for (const auto& dim : *found) {
      const bool open = dim.is_null();
      if (open && !shape.empty()) {
        return Refuse("OPEN_SHAPE", "batch_shape is " + found->dump() +
                                        "; supported are fixed shapes, only the batch may be open. "
                                        "Give --option shape." +
                                        call.name +
                                        "=1x… with numbers, or build the model with a "
                                        "fixed input shape");
      }
      const int64_t value = open ? 1 : dim.is_number_integer() ? dim.get<int64_t>() : 0;
      if (value < 1 || value > (1 << 28)) break;
      shape.push_back(static_cast<int32_t>(value));
    }
    if (shape.size() == found->size()) return shape;
  }
  return Refuse("BAD_MODEL_FILE", "it has no batch_shape; save the model again");
}

class Import {
 public:
  explicit Import(const InputOptions& options) : options_(options), builder_(model_.findings) {}

  absl::StatusOr<ImportedModel> Run(const std::string& bytes) {
    model_.format = "keras";
    ER_ASSIGN_OR_RETURN(file_, OpenModelFile(bytes));
    ER_ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(file_.config));
    std::vector<LayerCall> layers = FirstCalls(config);
    const auto store =
        file_.archive ? Keras3Weights(*file_.weights, layers) : LegacyWeights(*file_.weights);
    for (const LayerCall& call : config.calls) {
      ER_RETURN_IF_ERROR(Annotate(
          ImportCall(call, *store),
          "layer '" + call.name.substr(0, 120) + "' (" + call.class_name.substr(0, 80) + ")"));
    }
    for (const TensorRef& ref : config.outputs) {
      ER_ASSIGN_OR_RETURN(TensorId id, Find(ref));
      builder_.graph().outputs.push_back(id);
    }
    model_.graph = std::move(builder_.graph());
    ER_RETURN_IF_ERROR(VerifyGraph(model_.graph));
    return std::move(model_);
  }

 private:
  // The layers in the order of the model's list, which counts for the names of their weights.
  static std::vector<LayerCall> FirstCalls(const ModelConfig& config) {
    std::map<std::string, const LayerCall*> by_name;
    for (const LayerCall& call : config.calls) by_name.emplace(call.name, &call);
    std::vector<LayerCall> layers;
    for (const std::string& name : config.layers) layers.push_back(*by_name.at(name));
    return layers;
  }

  absl::StatusOr<TensorId> Find(const TensorRef& ref) const {
    const auto found = tensors_.find(ref);
    if (found != tensors_.end()) return found->second;
    return Refuse("BAD_MODEL_FILE", "there is no output " + std::to_string(ref.tensor) +
                                        " of layer '" + ref.layer.substr(0, 120) + "'");
  }

  absl::Status ImportInput(const LayerCall& call) {
    const auto dtype = call.config.find("dtype");
    const std::string type =
        dtype != call.config.end() && dtype->is_string() ? dtype->get<std::string>() : "float32";
    ER_ASSIGN_OR_RETURN(Shape shape, InputShape(call, options_, model_.fixed_inputs));
    Tensor input;
    input.name = call.name;
    const std::optional<DType> parsed = ParseDType(type);
    if (!parsed || IsBits(*parsed)) {
      return Refuse("UNSUPPORTED_TYPE", "dtype is " + type.substr(0, 40) +
                                            "; supported are float32 and integers. Build the "
                                            "model with dtype float32");
    }
    input.dtype = *parsed;
    input.shape = std::move(shape);
    if (ElementCount(input.shape) < 1)
      return Refuse("UNSUPPORTED_SHAPE", "its shape is " + ShapeText(input.shape) +
                                             "; supported are tensors below 2 GiB. Feed less");
    const TensorId id = builder_.Add(std::move(input));
    builder_.graph().inputs.push_back(id);
    tensors_[{call.name, call.node, 0}] = id;
    return absl::OkStatus();
  }

  absl::Status ImportCall(const LayerCall& call, const WeightStore& store) {
    if (call.class_name == "InputLayer") return ImportInput(call);
    const std::string plain = KerasClassOf(call);
    // A quantizer as a layer is an activation.
    if (IsLarqQuantizer(call.class_name)) return ImportQuantizer(call);
    const std::string& class_name = plain.empty() ? call.class_name : plain;
    const Layer* layer = nullptr;
    for (const Layer& known : Layers()) {
      if (class_name == known.class_name) layer = &known;
    }
    if (layer == nullptr) return RefuseLayer(call, Layers().size());
    ER_RETURN_IF_ERROR(RefuseQuantizedInPlace(call));
    ER_ASSIGN_OR_RETURN(std::vector<TensorId> inputs, Inputs(call));
    ER_ASSIGN_OR_RETURN(std::vector<hdf5::Dataset> weights, store.Of(call.name));
    if (plain.empty()) return Handle(*layer, {call, std::move(inputs), std::move(weights)});
    ER_ASSIGN_OR_RETURN(PlainLayer as_keras, PlainLayerOf(builder_, call, std::move(inputs),
                                                          std::move(weights), file_.keras3));
    return Handle(*layer, std::move(as_keras));
  }

  absl::Status Handle(const Layer& layer, PlainLayer plain) {
    LayerContext context(builder_, plain.call, std::move(plain.inputs), std::move(plain.weights),
                         file_.keras3);
    layer.handler(context);
    return Finish(plain.call, context);
  }

  absl::Status Finish(const LayerCall& call, const LayerContext& context) {
    ER_RETURN_IF_ERROR(context.status());
    for (size_t i = 0; i < context.outputs().size(); ++i) {
      tensors_[{call.name, call.node, static_cast<int>(i)}] = context.outputs()[i];
    }
    return absl::OkStatus();
  }

  absl::Status ImportQuantizer(const LayerCall& call) {
    ER_ASSIGN_OR_RETURN(std::vector<TensorId> inputs, Inputs(call));
    LayerContext context(builder_, call, std::move(inputs), {}, file_.keras3);
    context.Output(ApplyQuantizer(context, context.In(), call.class_name));
    return Finish(call, context);
  }

  absl::StatusOr<std::vector<TensorId>> Inputs(const LayerCall& call) const {
    std::vector<TensorId> inputs;
    for (const TensorRef& ref : call.inputs) {
      ER_ASSIGN_OR_RETURN(TensorId id, Find(ref));
      inputs.push_back(id);
    }
    return inputs;
  }

  const InputOptions& options_;
  ImportedModel model_;
  GraphBuilder builder_;
  ModelFile file_;
  std::map<TensorRef, TensorId> tensors_;
};

absl::StatusOr<ImportedModel> ImportBytes(const std::string& bytes, const InputOptions& options) {
  return Import(options).Run(bytes);
}

std::vector<std::pair<std::string, std::string>> Operators() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const Layer& layer : Layers()) list.emplace_back(layer.class_name, layer.graph_op);
  return list;
}

}  // namespace
}  // namespace keras

Importer KerasImporter() {
  return {"keras",          "Keras (.h5, .keras)", keras::Sniff, keras::ImportBytes,
          keras::Operators, keras::NotTaken};
}

}  // namespace edgerack::compiler
