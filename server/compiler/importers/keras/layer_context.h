// What the handler of one layer works on. Errors stick: after the first, every call does nothing
// and returns kNoTensor, so that a handler reads as the layer's definition.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONTEXT_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONTEXT_H_

#include <map>
#include <string>
#include <vector>

#include "server/compiler/importers/graph_builder.h"
#include "server/compiler/importers/keras/hdf5/file.h"
#include "server/compiler/importers/keras/layer_config.h"

namespace edgerack::compiler::keras {

using Attributes = std::map<std::string, AttributeValue>;

class LayerContext {
 public:
  LayerContext(GraphBuilder& builder, const LayerCall& call, std::vector<TensorId> inputs,
               std::vector<hdf5::Dataset> weights, bool keras3)
      : builder_(builder),
        call_(call),
        inputs_(std::move(inputs)),
        weights_(std::move(weights)),
        keras3_(keras3) {}

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }
  void Fail(absl::Status status);
  void Fail(const char* code, const std::string& message);
  // "KEY is VALUE; supported SUPPORTED. CHANGE": `supported` goes on after the word ("are 1 and
  // 2"), `change` is what to do about the model, one sentence without its full stop.
  void FailConfig(const std::string& key, const std::string& value, const std::string& supported,
                  const std::string& change);

  // Written by Keras 3; some layers changed their defaults with it.
  bool keras3() const { return keras3_; }
  const std::string& class_name() const { return call_.class_name; }
  const std::string& name() const { return call_.name; }
  const nlohmann::json& config() const { return call_.config; }
  int64_t Int(const char* key, int64_t fallback) const { return IntOf(config(), key, fallback); }
  double Real(const char* key, double fallback) const { return RealOf(config(), key, fallback); }
  bool Bool(const char* key, bool fallback) const { return BoolOf(config(), key, fallback); }
  std::string Text(const char* key, const std::string& fallback) const {
    return TextOf(config(), key, fallback);
  }
  // `count` numbers of at least `least`; fails otherwise.
  std::vector<int64_t> Ints(const char* key, size_t count, int64_t least = 1);
  // The configuration of a layer inside this one ("layer", "forward_layer").
  nlohmann::json Member(const char* key) const;

  size_t input_count() const { return inputs_.size(); }
  // Fails where there is none.
  TensorId In(size_t i = 0);
  const Shape& ShapeOf(TensorId id) const;
  // Fails unless the tensor has this rank, the batch included.
  void RequireRank(TensorId id, size_t rank);
  // Fails where the layer's data_format is channels_first.
  void RequireChannelsLast();

  // The next weight; fails where there is none or its shape is not `shape`, in which -1 is any.
  hdf5::Dataset NextWeight(const char* what, const std::vector<int64_t>& shape);

  TensorId Emit(const std::string& op, std::vector<TensorId> inputs, Attributes attributes = {});
  std::vector<TensorId> EmitMany(const std::string& op, std::vector<TensorId> inputs,
                                 Attributes attributes, size_t output_count);
  TensorId Constant(const std::string& what, const Shape& shape, const std::vector<float>& values);
  TensorId Scalar(double value);
  TensorId Reshape(TensorId x, const Shape& shape);
  TensorId Unary(const std::string& fn, TensorId x, Attributes attributes = {});
  TensorId Binary(const std::string& fn, TensorId a, TensorId b);
  TensorId Transpose(TensorId x, const std::vector<int64_t>& perm);
  // Of every dimension the elements from begin to end.
  TensorId Slice(TensorId x, const std::vector<int64_t>& begin, const std::vector<int64_t>& end);
  TensorId Reduce(const std::string& fn, TensorId x, const std::vector<int64_t>& axes,
                  bool keepdims);
  // The activation that "activation" of a configuration names; none where it is absent.
  TensorId Activate(TensorId x, const nlohmann::json& layer_config);

  void Output(TensorId id) { outputs_.push_back(id); }
  const std::vector<TensorId>& outputs() const { return outputs_; }

 private:
  GraphBuilder& builder_;
  const LayerCall& call_;
  std::vector<TensorId> inputs_;
  std::vector<hdf5::Dataset> weights_;
  bool keras3_;
  size_t next_weight_ = 0;
  std::vector<TensorId> outputs_;
  absl::Status status_;
};

// A layer's handler: reads inputs, weights and configuration, emits nodes, names the outputs.
using LayerHandler = void (*)(LayerContext&);

// `values` of shape [outer…] with its dimensions permuted.
std::vector<float> Permuted(const hdf5::Dataset& dataset, const std::vector<size_t>& perm);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LAYER_CONTEXT_H_
