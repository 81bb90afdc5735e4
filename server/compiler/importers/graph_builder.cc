#include "server/compiler/importers/graph_builder.h"

#include <algorithm>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

// Of all constants that are computed while a file is read.
constexpr int64_t kMaxComputedBytes = 256ll << 20;
constexpr size_t kMaxGraphNodes = 65536;

// Operators that move int8 values without changing them: the output has the input's scale.
bool KeepsQuantization(const std::string& op) {
  static const std::set<std::string> ops = {"reshape",
                                            "transpose",
                                            "slice",
                                            "concat",
                                            "pad",
                                            "gather",
                                            "gather_nd",
                                            "expand",
                                            "tile",
                                            "reverse",
                                            "max_pool2d",
                                            "relu",
                                            "resize",
                                            "gather_elements",
                                            "depth_to_space",
                                            "space_to_depth",
                                            "reverse_sequence"};
  return ops.count(op) != 0;
}

// Operators that can become int8 with constants that lie on a grid.
bool KeepsGrid(const std::string& op) {
  static const std::set<std::string> ops = {
      "conv2d",           "depthwise_conv2d", "conv3d",   "conv_transpose2d",
      "conv_transpose3d", "fully_connected",  "matmul",   "add",
      "binary",           "reshape",          "transpose"};
  return ops.count(op) != 0;
}

}  // namespace

TensorId GraphBuilder::Add(Tensor tensor) {
  if (tensor.name.empty()) tensor.name = "tensor";
  const std::string wanted = tensor.name.substr(0, 512);
  tensor.name = wanted;
  for (int suffix = 1; !names_.insert(tensor.name).second; ++suffix) {
    // A prefix that is used very often gets its number from the tensors' count at once.
    const size_t number = suffix < 8 ? static_cast<size_t>(suffix) : graph_.tensors.size();
    tensor.name = wanted + "_" + std::to_string(number + (suffix < 8 ? 0 : 1000));
    if (suffix >= 16) tensor.name += "_" + std::to_string(suffix);
  }
  graph_.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph_.tensors.size() - 1);
}

void GraphBuilder::Rename(TensorId id, const std::string& name, bool reserved) {
  if (name.empty() || name.size() > 512) return;
  if (!reserved && !names_.insert(name).second) return;
  names_.erase(graph_.tensor(id).name);
  graph_.tensor(id).name = name;
}

const Node* GraphBuilder::Producer(TensorId id) const {
  auto found = producers_.find(static_cast<int32_t>(id));
  return found == producers_.end() ? nullptr : &graph_.nodes[found->second];
}

absl::StatusOr<std::vector<TensorId>> GraphBuilder::MakeOutputs(Node& node, size_t output_count,
                                                                const Quantization& quantization) {
  node.outputs.assign(output_count, TensorId{0});  // inference looks at their number only
  ER_ASSIGN_OR_RETURN(std::vector<TensorType> types, InferTypes(graph_, node));
  std::vector<TensorId> outputs;
  for (size_t i = 0; i < output_count; ++i) {
    Tensor tensor;
    tensor.name = node.name + (i == 0 ? "" : ":" + std::to_string(i));
    tensor.dtype = types[i].dtype;
    tensor.shape = types[i].shape;
    const int64_t elements = tensor.elements();
    if (tensor.shape.size() > 6 || elements < 1 || tensor.bytes() > INT32_MAX) {
      return Refuse(
          "UNSUPPORTED_SHAPE",
          "its output would have shape " + ShapeText(tensor.shape) +
              "; supported are at most 6 dimensions, none of them 0, below 2 GiB. Make the "
              "tensor smaller in the model");
    }
    if (i == 0) tensor.quantization = quantization;
    if (i == 0 && !quantization.quantized() && KeepsQuantization(node.op)) {
      const Tensor& x = graph_.tensor(node.inputs[0]);
      if (x.dtype == tensor.dtype && x.quantization.per_tensor()) {
        tensor.quantization = x.quantization;
      }
    }
    outputs.push_back(Add(std::move(tensor)));
  }
  node.outputs = outputs;
  return outputs;
}

absl::Status GraphBuilder::Charge(int64_t bytes) {
  computed_bytes_ += bytes;
  if (computed_bytes_ <= kMaxComputedBytes) return absl::OkStatus();
  return Refuse(
      "MODEL_TOO_LARGE",
      "the model's constants need more than 256 MiB while it is read; let the tool that made the "
      "model compute them and store the results (for ONNX e.g. onnxsim)");
}

absl::Status GraphBuilder::Compute(const Node& node, const std::vector<TensorId>& outputs) {
  // A graph of its own: evaluation copies the graph it works on.
  Graph work;
  Node copy = node;
  for (auto* list : {&copy.inputs, &copy.outputs}) {
    for (TensorId& id : *list) {
      if (id == kNoTensor) continue;
      work.tensors.push_back(graph_.tensor(id));
      id = static_cast<TensorId>(work.tensors.size() - 1);
    }
  }
  work.nodes.push_back(std::move(copy));
  ER_ASSIGN_OR_RETURN(std::vector<std::string> values, Evaluate(work, 0));
  for (size_t i = 0; i < outputs.size(); ++i) {
    ER_RETURN_IF_ERROR(Charge(static_cast<int64_t>(values[i].size())));
    graph_.tensor(outputs[i]).data = std::make_shared<const std::string>(std::move(values[i]));
  }
  return absl::OkStatus();
}

void GraphBuilder::DropGrids(Node& node) {
  if (KeepsGrid(node.op)) return;
  for (TensorId& id : node.inputs) {
    if (id == kNoTensor || graph_.tensor(id).dtype != DType::kF32 ||
        !graph_.tensor(id).quantization.quantized()) {
      continue;
    }
    Tensor plain = graph_.tensor(id);
    plain.quantization = {};
    id = Add(std::move(plain));
  }
}

absl::StatusOr<std::vector<TensorId>> GraphBuilder::Emit(Node node, size_t output_count,
                                                         const Quantization& quantization) {
  const OpDef* op = FindOp(node.op);
  if (op == nullptr) {
    return Refuse(
        "UNSUPPORTED_OPERATOR",
        "it needs the graph operator " + node.op +
            "; supported are those that edgerack-compile ops lists. Replace it in the model");
  }
  if (graph_.nodes.size() >= kMaxGraphNodes) {
    return Refuse("MODEL_TOO_LARGE",
                  "the model becomes more than " + std::to_string(kMaxGraphNodes) + " operators");
  }
  DropGrids(node);
  ER_ASSIGN_OR_RETURN(std::vector<TensorId> outputs, MakeOutputs(node, output_count, quantization));
  ER_RETURN_IF_ERROR(op->verify(graph_, node));
  if (CanEvaluate(graph_, node) && WorthEvaluating(graph_, node)) {
    ER_RETURN_IF_ERROR(Compute(node, outputs));
    return outputs;
  }
  for (TensorId id : outputs) producers_[static_cast<int32_t>(id)] = graph_.nodes.size();
  graph_.nodes.push_back(std::move(node));
  return outputs;
}

std::optional<std::vector<size_t>> GraphBuilder::Chain(TensorId id) const {
  // Without recursion: a chain may be as long as the file.
  std::vector<TensorId> open = {id};
  std::vector<size_t> needed;
  std::unordered_set<size_t> seen;
  while (!open.empty()) {
    const TensorId next = open.back();
    open.pop_back();
    if (next == kNoTensor || graph_.tensor(next).constant()) continue;
    auto found = producers_.find(static_cast<int32_t>(next));
    if (found == producers_.end()) return std::nullopt;
    if (!seen.insert(found->second).second) continue;
    const Node& node = graph_.nodes[found->second];
    needed.push_back(found->second);
    open.insert(open.end(), node.inputs.begin(), node.inputs.end());
  }
  std::sort(needed.begin(), needed.end());
  return needed;
}

bool GraphBuilder::DependsOnInput(TensorId id) const { return !Chain(id).has_value(); }

absl::StatusOr<TensorId> GraphBuilder::AsConstant(TensorId id) {
  if (id == kNoTensor || graph_.tensor(id).constant()) return id;
  const std::optional<std::vector<size_t>> chain = Chain(id);
  if (!chain) return kNoTensor;
  for (size_t n : *chain) {
    if (values_.count(static_cast<int32_t>(graph_.nodes[n].outputs[0])) != 0) continue;
    Node node = graph_.nodes[n];
    for (TensorId& input : node.inputs) {
      auto found = values_.find(static_cast<int32_t>(input));
      if (found != values_.end()) input = found->second;
    }
    std::vector<TensorId> outputs;
    for (TensorId old : graph_.nodes[n].outputs) {
      Tensor copy = graph_.tensor(old);
      copy.name += ".value";
      outputs.push_back(Add(std::move(copy)));
      values_[static_cast<int32_t>(old)] = outputs.back();
    }
    node.outputs = outputs;
    ER_RETURN_IF_ERROR(Compute(node, outputs));
  }
  return values_.at(static_cast<int32_t>(id));
}

}  // namespace edgerack::compiler
