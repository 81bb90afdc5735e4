#include "server/compiler/ptq/insert_conversions.h"

#include <algorithm>

#include "server/compiler/ops/convolution.h"

namespace edgerack::compiler {
namespace {

constexpr char kReal[] = ".real";  // what an int8 layer would write before it is rounded
constexpr char kInt8[] = ".int8";
constexpr char kDequantized[] = ".dequantized";

bool IsFloat(const Tensor& t) { return t.dtype == DType::kF32; }

const std::string& NameOf(const Graph& graph, const Node& node) {
  return graph.tensor(MainOutput(node.outputs)).name;
}

Node Conversion(const char* op, const std::string& name, TensorId from, TensorId to) {
  Node node;
  node.name = name;
  node.op = op;
  node.inputs = {from};
  node.outputs = {to};
  if (node.op == "quantize") node.attributes["to"] = std::string("int8");
  return node;
}

class Inserter {
 public:
  Inserter(const Graph& graph, const ConversionPlan& plan)
      : before_(graph), plan_(plan), graph_(graph) {}

  Graph Insert() {
    for (const Node& node : before_.nodes) int8_.push_back(IsPlannedInt8(before_, node, plan_));
    graph_.nodes.clear();
    for (TensorId id : before_.inputs) ConvertForReaders(id);
    for (const State& state : before_.states) ConvertForReaders(state.tensor);
    for (size_t n = 0; n < before_.nodes.size(); ++n) InsertNode(n);
    return std::move(graph_);
  }

 private:
  bool AnyInt8Reader(TensorId id) const {
    const std::vector<int> readers = before_.Consumers(id);
    return std::any_of(readers.begin(), readers.end(),
                       [&](int n) { return int8_[static_cast<size_t>(n)]; });
  }

  // A float tensor that int8 layers read, too: they get a converted form of it.
  void ConvertForReaders(TensorId id) {
    const auto scheme = plan_.schemes.find(id);
    if (scheme == plan_.schemes.end() || !AnyInt8Reader(id)) return;
    const std::string name = graph_.tensor(id).name;
    for_int8_[id] = Convert(id, Derived(graph_.tensor(id), kInt8), scheme->second.grid,
                            Derived(graph_.tensor(id), kDequantized), name);
  }

  // quantize, dequantize; the tensor behind both.
  TensorId Convert(TensorId real, Tensor int8, const Quantization& grid, Tensor back,
                   const std::string& name) {
    int8.dtype = DType::kS8;
    int8.quantization = grid;
    const TensorId quantized = graph_.Add(std::move(int8));
    const TensorId dequantized = graph_.Add(std::move(back));
    graph_.nodes.push_back(Conversion("quantize", name, real, quantized));
    graph_.nodes.push_back(Conversion("dequantize", name, quantized, dequantized));
    return dequantized;
  }

  void InsertNode(size_t n) {
    Node node = before_.nodes[n];
    if (!int8_[n]) {
      graph_.nodes.push_back(node);
      for (TensorId id : node.outputs) {
        if (id != kNoTensor) ConvertForReaders(id);
      }
      return;
    }
    MoveConstants(node);
    for (TensorId& id : node.inputs) {
      const auto converted = for_int8_.find(id);
      if (converted != for_int8_.end()) id = converted->second;
    }
    const TensorId id = node.outputs[0];
    const Tensor kept = graph_.tensor(id);
    const bool declared = before_.IsOutput(id);
    Tensor real = Derived(kept, kReal);
    Tensor int8 = Derived(kept, declared ? kInt8 : "");
    if (!declared) graph_.tensor(id) = Derived(kept, kDequantized);
    if (!declared) int8.origin = kept.origin;
    node.outputs[0] = graph_.Add(std::move(real));
    graph_.nodes.push_back(node);
    int8.dtype = DType::kS8;
    int8.quantization = plan_.schemes.at(id).grid;
    const TensorId quantized = graph_.Add(std::move(int8));
    graph_.nodes.push_back(Conversion("quantize", kept.name, node.outputs[0], quantized));
    graph_.nodes.push_back(Conversion("dequantize", kept.name, quantized, id));
  }

  // Constants of an int8 layer: weights as the plan has them, the others as activations.
  void MoveConstants(Node& node) {
    const auto weights = plan_.weights.find(NameOf(before_, node));
    if (weights != plan_.weights.end()) {
      node.inputs[1] = graph_.Add(weights->second.weights);
      if (weights->second.bias) {
        node.inputs.resize(3);
        node.inputs[2] = graph_.Add(*weights->second.bias);
      }
      return;
    }
    if (ChannelDimension(node.op) >= 0) return;
    for (TensorId& id : node.inputs) {
      if (id == kNoTensor || !graph_.tensor(id).constant() || !IsFloat(graph_.tensor(id))) continue;
      TensorStatistics values;
      values.Add(*graph_.tensor(id).data);
      if (values.not_finite() > 0) continue;
      id = graph_.Add(OnGrid(graph_.tensor(id), ActivationGrid(FullRange(values))));
    }
  }

  const Graph& before_;
  const ConversionPlan& plan_;
  Graph graph_;
  std::vector<bool> int8_;                 // by node of before_
  std::map<TensorId, TensorId> for_int8_;  // float tensor → what int8 layers read of it
};

}  // namespace

bool IsPlannedInt8(const Graph& graph, const Node& node, const ConversionPlan& plan) {
  if (node.op == "quantize" || node.op == "dequantize" || node.outputs.size() != 1) return false;
  if (plan.float_layers.count(NameOf(graph, node)) != 0) return false;
  if (plan.schemes.count(node.outputs[0]) == 0) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) {
    if (id == kNoTensor) return true;
    const Tensor& t = graph.tensor(id);
    return !IsFloat(t) || t.constant() || plan.schemes.count(id) != 0;
  });
}

Graph InsertConversions(const Graph& graph, const ConversionPlan& plan) {
  return Inserter(graph, plan).Insert();
}

TensorId StandsFor(const Graph& graph, const Tensor& quantized) {
  TensorId id = graph.Find(quantized.name);
  for (const std::string suffix : {kInt8, kReal}) {
    if (id == kNoTensor && quantized.name.ends_with(suffix)) {
      id = graph.Find(quantized.name.substr(0, quantized.name.size() - suffix.size()));
    }
  }
  if (id == kNoTensor && quantized.origin && quantized.origin->perm.empty()) {
    id = graph.Find(quantized.origin->name);
  }
  return id != kNoTensor && IsFloat(graph.tensor(id)) ? id : kNoTensor;
}

std::set<std::string> LeftInFloat(const Graph& graph, const ConversionPlan& plan,
                                  const Graph& fused) {
  std::set<std::string> left;
  for (const Node& node : graph.nodes) {
    if (!IsPlannedInt8(graph, node, plan)) continue;
    const TensorId real = fused.Find(NameOf(graph, node) + kReal);
    if (real != kNoTensor && fused.Producer(real) >= 0) left.insert(NameOf(graph, node));
  }
  return left;
}

}  // namespace edgerack::compiler
