#include "server/compiler/ptq/insert_conversions.h"

#include <algorithm>

#include "server/compiler/ops/convolution.h"

namespace edgerack::compiler {
namespace {

constexpr char kReal[] = ".real";  // what a quantized layer would write before it is rounded
constexpr char kInt8[] = ".int8";
constexpr char kInt16[] = ".int16";
constexpr char kDequantized[] = ".dequantized";

bool IsFloat(const Tensor& t) { return t.dtype == DType::kF32; }

const std::string& NameOf(const Graph& graph, const Node& node) {
  return graph.tensor(MainOutput(node.outputs)).name;
}

const char* Suffix(DType type) { return type == DType::kS16 ? kInt16 : kInt8; }

Node Conversion(const char* op, const std::string& name, TensorId from, TensorId to) {
  Node node;
  node.name = name;
  node.op = op;
  node.inputs = {from};
  node.outputs = {to};
  return node;
}

class Inserter {
 public:
  Inserter(const Graph& graph, const ConversionPlan& plan)
      : before_(graph), plan_(plan), graph_(graph) {}

  Graph Insert() {
    for (const Node& node : before_.nodes) types_.push_back(PlannedType(before_, node, plan_));
    graph_.nodes.clear();
    for (TensorId id : before_.inputs) ConvertForReaders(id);
    for (const State& state : before_.states) ConvertForReaders(state.tensor);
    for (size_t n = 0; n < before_.nodes.size(); ++n) InsertNode(n);
    return std::move(graph_);
  }

 private:
  bool AnyReader(TensorId id, DType type) const {
    const std::vector<int> readers = before_.Consumers(id);
    return std::any_of(readers.begin(), readers.end(),
                       [&](int n) { return types_[static_cast<size_t>(n)] == type; });
  }

  // A tensor of type `is` that layers of another type read, too: they get a converted form of it.
  void ConvertForReaders(TensorId id, DType is = DType::kF32) {
    const auto scheme = plan_.schemes.find(id);
    if (scheme == plan_.schemes.end()) return;
    const Tensor real = before_.tensor(id);
    for (DType type : {DType::kS8, DType::kS16}) {
      if (type == is || !AnyReader(id, type)) continue;
      Tensor form = Derived(real, Suffix(type));
      const TensorId back = graph_.Add(Derived(real, std::string(Suffix(type)) + kDequantized));
      Quantize(id, std::move(form), type, scheme->second, back, real.name);
      converted_[{id, type}] = back;
    }
  }

  // quantize into `form`, dequantize into `back`.
  void Quantize(TensorId real, Tensor form, DType type, const TensorScheme& scheme, TensorId back,
                const std::string& name) {
    form.dtype = type;
    form.quantization = scheme.Grid(type);
    const TensorId quantized = graph_.Add(std::move(form));
    graph_.nodes.push_back(Conversion("quantize", name, real, quantized));
    graph_.nodes.back().attributes["to"] = std::string(DTypeName(type));
    graph_.nodes.push_back(Conversion("dequantize", name, quantized, back));
  }

  void InsertNode(size_t n) {
    Node node = before_.nodes[n];
    const DType type = types_[n];
    if (type == DType::kF32) {
      graph_.nodes.push_back(node);
      for (TensorId id : node.outputs) {
        if (id != kNoTensor) ConvertForReaders(id);
      }
      return;
    }
    MoveConstants(node, type);
    for (TensorId& id : node.inputs) {
      const auto converted = converted_.find({id, type});
      if (converted != converted_.end()) id = converted->second;
    }
    const TensorId id = node.outputs[0];
    const Tensor kept = graph_.tensor(id);
    const bool declared = before_.IsOutput(id);
    Tensor real = Derived(kept, kReal);
    Tensor form = Derived(kept, declared ? Suffix(type) : "");
    if (!declared) graph_.tensor(id) = Derived(kept, kDequantized);
    if (!declared) form.origin = kept.origin;
    node.outputs[0] = graph_.Add(std::move(real));
    graph_.nodes.push_back(node);
    Quantize(node.outputs[0], std::move(form), type, plan_.schemes.at(id), id, kept.name);
    ConvertForReaders(id, type);
  }

  // Constants of a quantized layer: weights as the plan has them, the others as activations.
  void MoveConstants(Node& node, DType type) {
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
      const ValueRange range = FullRange(values);
      const Quantization grid = type == DType::kS16 ? Int16Grid(range) : ActivationGrid(range);
      id = graph_.Add(OnGrid(graph_.tensor(id), grid, type));
    }
  }

  const Graph& before_;
  const ConversionPlan& plan_;
  Graph graph_;
  std::vector<DType> types_;  // by node of before_
  // A tensor, and what layers of a type that is not its own read of it.
  std::map<std::pair<TensorId, DType>, TensorId> converted_;
};

}  // namespace

DType PlannedType(const Graph& graph, const Node& node, const ConversionPlan& plan) {
  if (node.op == "quantize" || node.op == "dequantize" || node.outputs.size() != 1) {
    return DType::kF32;
  }
  if (plan.float_layers.count(NameOf(graph, node)) != 0) return DType::kF32;
  if (plan.schemes.count(node.outputs[0]) == 0) return DType::kF32;
  const bool all = std::all_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) {
    if (id == kNoTensor) return true;
    const Tensor& t = graph.tensor(id);
    if (IsBits(t.dtype)) return false;  // a binary layer stays what it is; its sums are exact
    return !IsFloat(t) || t.constant() || plan.schemes.count(id) != 0;
  });
  if (!all) return DType::kF32;
  return plan.int16_layers.count(NameOf(graph, node)) != 0 ? DType::kS16 : DType::kS8;
}

Graph InsertConversions(const Graph& graph, const ConversionPlan& plan) {
  return Inserter(graph, plan).Insert();
}

bool IsConvertedForm(const Tensor& quantized) {
  return quantized.name.ends_with(Suffix(quantized.dtype));
}

TensorId StandsFor(const Graph& graph, const Tensor& quantized) {
  TensorId id = graph.Find(quantized.name);
  for (const std::string suffix : {kInt8, kInt16, kReal}) {
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
    if (PlannedType(graph, node, plan) == DType::kF32) continue;
    const TensorId real = fused.Find(NameOf(graph, node) + kReal);
    if (real != kNoTensor && fused.Producer(real) >= 0) left.insert(NameOf(graph, node));
  }
  return left;
}

}  // namespace edgerack::compiler
