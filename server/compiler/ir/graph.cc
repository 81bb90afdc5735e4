#include "server/compiler/ir/graph.h"

#include <algorithm>
#include <limits>

namespace edgerack::compiler {
namespace {

template <typename T>
T AttributeOr(const Node& node, const std::string& key, T fallback) {
  auto found = node.attributes.find(key);
  if (found == node.attributes.end()) return fallback;
  const T* value = std::get_if<T>(&found->second);
  return value != nullptr ? *value : fallback;
}

}  // namespace

TensorId MainOutput(const std::vector<TensorId>& outputs) {
  for (TensorId id : outputs) {
    if (id != kNoTensor) return id;
  }
  return kNoTensor;
}

int64_t ElementCount(const Shape& shape) {
  int64_t count = 1;
  for (int32_t dim : shape) {
    if (dim < 1) return -1;
    count *= dim;
    if (count > std::numeric_limits<int32_t>::max()) return -1;
  }
  return count;
}

int64_t StorageBytes(DType dtype, const Shape& shape) {
  const int64_t elements = ElementCount(shape);
  if (!IsBits(dtype) || elements < 1) return elements * DTypeBytes(dtype);
  if (shape.empty()) return -1;
  const int64_t words = (int64_t{shape.back()} + 31) / 32;
  return elements / shape.back() * words * DTypeBytes(dtype);
}

std::string ShapeText(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (int32_t dim : shape) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text;
}

int64_t Node::Int(const std::string& key, int64_t fallback) const {
  return AttributeOr<int64_t>(*this, key, fallback);
}

double Node::Real(const std::string& key, double fallback) const {
  return AttributeOr<double>(*this, key, fallback);
}

std::string Node::Text(const std::string& key, const std::string& fallback) const {
  return AttributeOr<std::string>(*this, key, fallback);
}

std::vector<int64_t> Node::Ints(const std::string& key) const {
  return AttributeOr<std::vector<int64_t>>(*this, key, {});
}

Tensor Derived(const Tensor& tensor, const std::string& suffix) {
  Tensor derived = tensor;
  if (!derived.origin) derived.origin = Origin{tensor.name, tensor.shape, {}};
  derived.name += suffix;
  derived.data = nullptr;
  return derived;
}

TensorId Graph::Add(Tensor tensor) {
  if (tensor.name.empty()) tensor.name = "tensor";
  std::string wanted = tensor.name;
  for (int suffix = 1; Find(tensor.name) != kNoTensor; ++suffix) {
    tensor.name = wanted + "_" + std::to_string(suffix);
  }
  tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(tensors.size() - 1);
}

TensorId Graph::Find(const std::string& tensor_name) const {
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].name == tensor_name) return static_cast<TensorId>(i);
  }
  return kNoTensor;
}

int Graph::Producer(TensorId id) const {
  for (size_t n = 0; n < nodes.size(); ++n) {
    const auto& outs = nodes[n].outputs;
    if (std::find(outs.begin(), outs.end(), id) != outs.end()) return static_cast<int>(n);
  }
  return -1;
}

std::vector<int> Graph::Consumers(TensorId id) const {
  std::vector<int> readers;
  for (size_t n = 0; n < nodes.size(); ++n) {
    const auto& ins = nodes[n].inputs;
    if (std::find(ins.begin(), ins.end(), id) != ins.end()) readers.push_back(static_cast<int>(n));
  }
  return readers;
}

bool Graph::IsOutput(TensorId id) const {
  return std::find(outputs.begin(), outputs.end(), id) != outputs.end() ||
         std::any_of(states.begin(), states.end(), [id](const State& s) { return s.next == id; });
}

const State* Graph::StateOf(TensorId id) const {
  for (const State& state : states) {
    if (state.tensor == id) return &state;
  }
  return nullptr;
}

void Graph::ReplaceUses(TensorId from, TensorId to) {
  for (Node& node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  std::replace(outputs.begin(), outputs.end(), from, to);
  for (State& state : states) {
    if (state.next == from) state.next = to;
  }
}

}  // namespace edgerack::compiler
