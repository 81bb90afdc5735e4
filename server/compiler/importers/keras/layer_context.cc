#include "server/compiler/importers/keras/layer_context.h"

#include "server/compiler/importers/keras/activation.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::keras {
namespace {

std::string DimsText(const std::vector<int64_t>& dims) {
  std::string text;
  for (int64_t dim : dims)
    text += (text.empty() ? "" : "x") + (dim < 0 ? "?" : std::to_string(dim));
  return text.empty() ? "scalar" : text;
}

}  // namespace

void LayerContext::Fail(absl::Status status) {
  if (ok()) status_ = std::move(status);
}

void LayerContext::Fail(const char* code, const std::string& message) {
  Fail(Refuse(code, message));
}

void LayerContext::FailConfig(const std::string& key, const std::string& value,
                              const std::string& supported, const std::string& change) {
  Fail("UNSUPPORTED_ATTRIBUTE", key + " is " + value + "; supported " + supported + ". " + change);
}

std::vector<int64_t> LayerContext::Ints(const char* key, size_t count, int64_t least) {
  std::vector<int64_t> list = IntsOf(config(), key, count);
  bool good = !list.empty();
  for (int64_t value : list) good = good && value >= least && value <= 65535;
  if (good) return list;
  const auto found = config().find(key);
  FailConfig(
      key, found == config().end() ? "missing" : found->dump().substr(0, 80),
      "are " + std::to_string(count) + " numbers from " + std::to_string(least) + " to 65535",
      "Save the model again with numbers of that range");
  return std::vector<int64_t>(count, 1);
}

nlohmann::json LayerContext::Member(const char* key) const {
  return config().is_object() ? config().value(key, nlohmann::json()) : nlohmann::json();
}

TensorId LayerContext::In(size_t i) {
  if (i < inputs_.size()) return inputs_[i];
  Fail("BAD_MODEL_FILE",
       "it has " + std::to_string(inputs_.size()) + " inputs; save the model again");
  return kNoTensor;
}

const Shape& LayerContext::ShapeOf(TensorId id) const {
  static const Shape none;
  return id == kNoTensor ? none : builder_.tensor(id).shape;
}

void LayerContext::RequireRank(TensorId id, size_t rank) {
  if (!ok() || ShapeOf(id).size() == rank) return;
  Fail("UNSUPPORTED_SHAPE", "its input has shape " + ShapeText(ShapeOf(id)) + "; supported are " +
                                std::to_string(rank) +
                                " dimensions with the batch. Put a Reshape layer in front of it");
}

void LayerContext::RequireChannelsLast() {
  if (Text("data_format", "channels_last") == "channels_last") return;
  FailConfig("data_format", "'" + Text("data_format", "") + "'", "is 'channels_last'",
             "Build the model with it and copy the weights, which need no change");
}

hdf5::Dataset LayerContext::NextWeight(const char* what, const std::vector<int64_t>& shape) {
  if (!ok()) return {};
  if (next_weight_ >= weights_.size()) {
    Fail("BAD_MODEL_FILE", std::string("its ") + what +
                               " is not in the file; save the whole model, not only its weights");
    return {};
  }
  hdf5::Dataset dataset = std::move(weights_[next_weight_++]);
  bool same = dataset.shape.size() == shape.size();
  for (size_t d = 0; same && d < shape.size(); ++d) {
    same = dataset.shape[d] > 0 && (shape[d] < 0 || shape[d] == dataset.shape[d]);
  }
  if (same) return dataset;
  Fail("BAD_MODEL_FILE", std::string("its ") + what + " has shape " + DimsText(dataset.shape) +
                             "; expected " + DimsText(shape) + ". Save the model again");
  return {};
}

std::vector<TensorId> LayerContext::EmitMany(const std::string& op, std::vector<TensorId> inputs,
                                             Attributes attributes, size_t output_count) {
  if (!ok()) return std::vector<TensorId>(output_count, kNoTensor);
  Node node;
  node.name = name();
  node.op = op;
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  node.fused_from = {class_name()};
  auto made = builder_.Emit(std::move(node), output_count);
  if (made.ok()) return *made;
  status_ = made.status();
  return std::vector<TensorId>(output_count, kNoTensor);
}

TensorId LayerContext::Emit(const std::string& op, std::vector<TensorId> inputs,
                            Attributes attributes) {
  return EmitMany(op, std::move(inputs), std::move(attributes), 1)[0];
}

TensorId LayerContext::Constant(const std::string& what, const Shape& shape,
                                const std::vector<float>& values) {
  if (!ok()) return kNoTensor;
  Tensor constant;
  constant.name = name() + "." + what;
  constant.shape = shape;
  constant.data = std::make_shared<const std::string>(BytesOf(values));
  return builder_.Add(std::move(constant));
}

TensorId LayerContext::Scalar(double value) {
  return Constant("value", {1}, {static_cast<float>(value)});
}

TensorId LayerContext::Reshape(TensorId x, const Shape& shape) {
  if (!ok() || ShapeOf(x) == shape) return x;
  return Emit("reshape", {x}, {{"shape", std::vector<int64_t>(shape.begin(), shape.end())}});
}

TensorId LayerContext::Unary(const std::string& fn, TensorId x, Attributes attributes) {
  attributes["fn"] = fn;
  return Emit("unary", {x}, std::move(attributes));
}

TensorId LayerContext::Binary(const std::string& fn, TensorId a, TensorId b) {
  return Emit("binary", {a, b}, {{"fn", fn}});
}

TensorId LayerContext::Transpose(TensorId x, const std::vector<int64_t>& perm) {
  return Emit("transpose", {x}, {{"perm", perm}});
}

TensorId LayerContext::Slice(TensorId x, const std::vector<int64_t>& begin,
                             const std::vector<int64_t>& end) {
  return Emit("slice", {x},
              {{"begin", begin}, {"end", end}, {"steps", std::vector<int64_t>(begin.size(), 1)}});
}

TensorId LayerContext::Reduce(const std::string& fn, TensorId x, const std::vector<int64_t>& axes,
                              bool keepdims) {
  return Emit("reduce", {x}, {{"fn", fn}, {"axes", axes}, {"keepdims", int64_t{keepdims}}});
}

TensorId LayerContext::Activate(TensorId x, const nlohmann::json& layer_config) {
  const auto found = layer_config.find("activation");
  if (found == layer_config.end() || found->is_null()) return x;
  if (found->is_string()) return ApplyActivation(*this, x, found->get<std::string>());
  return ApplyActivation(*this, x, TextOf(*found, "class_name", found->dump().substr(0, 80)));
}

std::vector<float> Permuted(const hdf5::Dataset& dataset, const std::vector<size_t>& perm) {
  const size_t rank = perm.size();
  if (dataset.shape.size() != rank) return {};  // a weight that was refused
  std::vector<size_t> stride(rank, 1);
  for (size_t d = rank; d-- > 1;) {
    stride[d - 1] = stride[d] * static_cast<size_t>(dataset.shape[d]);
  }
  std::vector<float> out;
  out.reserve(dataset.values.size());
  std::vector<size_t> at(rank, 0);
  for (size_t n = 0; n < dataset.values.size(); ++n) {
    size_t from = 0;
    for (size_t d = 0; d < rank; ++d) from += at[d] * stride[perm[d]];
    out.push_back(dataset.values[from]);
    for (size_t d = rank; d-- > 0;) {
      if (++at[d] < static_cast<size_t>(dataset.shape[perm[d]])) break;
      at[d] = 0;
    }
  }
  return out;
}

}  // namespace edgerack::compiler::keras
