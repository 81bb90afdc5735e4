#include "server/compiler/ir/verifier.h"

#include <cmath>
#include <limits>
#include <set>

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxRank = 6;

absl::Status Bad(const std::string& message) { return Refuse("BAD_GRAPH", message); }

absl::Status VerifyQuantization(const Tensor& t) {
  const Quantization& q = t.quantization;
  const std::string where = "tensor '" + t.name + "': ";
  if (q.zero_points.size() != q.scales.size()) {
    return Bad(where + std::to_string(q.scales.size()) + " scales but " +
               std::to_string(q.zero_points.size()) + " zero points");
  }
  for (float scale : q.scales) {
    if (!std::isfinite(scale) || scale <= 0) {
      return Bad(where + "quantization scale " + std::to_string(scale) +
                 " is not a positive number; convert the model again");
    }
  }
  if (q.scales.size() > 1) {
    if (q.axis < 0 || static_cast<size_t>(q.axis) >= t.shape.size() ||
        static_cast<size_t>(t.shape[static_cast<size_t>(q.axis)]) != q.scales.size()) {
      return Bad(where + std::to_string(q.scales.size()) + " scales along dimension " +
                 std::to_string(q.axis) + " of shape " + ShapeText(t.shape));
    }
  }
  for (int32_t zero_point : q.zero_points) {
    int64_t low = t.dtype == DType::kS8 ? -128 : t.dtype == DType::kU8 ? 0 : -32768;
    int64_t high = t.dtype == DType::kS8 ? 127 : t.dtype == DType::kU8 ? 255 : 32767;
    if (zero_point < low || zero_point > high) {
      return Bad(where + "zero point " + std::to_string(zero_point) + " is outside " +
                 DTypeName(t.dtype));
    }
  }
  return absl::OkStatus();
}

absl::Status VerifyTensor(const Tensor& t, std::set<std::string>& names) {
  if (t.name.empty()) return Bad("a tensor has no name");
  if (!names.insert(t.name).second) return Bad("two tensors are named '" + t.name + "'");
  if (t.shape.size() > kMaxRank) {
    return Bad("tensor '" + t.name + "' has " + std::to_string(t.shape.size()) +
               " dimensions; at most 6 are supported");
  }
  int64_t elements = t.elements();
  if (elements < 1 || t.bytes() < 1 || t.bytes() > std::numeric_limits<int32_t>::max()) {
    return Bad("tensor '" + t.name + "' has shape " + ShapeText(t.shape) +
               "; every dimension must be fixed and at least 1, and the tensor below 2 GiB");
  }
  if (t.constant() && static_cast<int64_t>(t.data->size()) != t.bytes()) {
    return Bad("constant '" + t.name + "' of shape " + ShapeText(t.shape) + " " +
               DTypeName(t.dtype) + " has " + std::to_string(t.data->size()) +
               " bytes instead of " + std::to_string(t.bytes()));
  }
  return VerifyQuantization(t);
}

class Flow {
 public:
  explicit Flow(const Graph& graph) : graph_(graph), written_(graph.tensors.size(), false) {}

  absl::Status Check() {
    for (size_t i = 0; i < graph_.tensors.size(); ++i) written_[i] = graph_.tensors[i].constant();
    ER_RETURN_IF_ERROR(RefuseBitsAtTheBorder());
    for (TensorId id : graph_.inputs) ER_RETURN_IF_ERROR(Write(id, "the graph's inputs"));
    for (const State& state : graph_.states) {
      ER_RETURN_IF_ERROR(Write(state.tensor, "the graph's states"));
    }
    for (const Node& node : graph_.nodes) ER_RETURN_IF_ERROR(CheckNode(node));
    for (TensorId id : graph_.outputs) ER_RETURN_IF_ERROR(Read(id, "the graph's outputs"));
    for (const State& state : graph_.states) ER_RETURN_IF_ERROR(CheckState(state));
    return absl::OkStatus();
  }

 private:
  // What feeds a model or reads it holds no packed bits.
  absl::Status RefuseBitsAtTheBorder() const {
    std::vector<TensorId> border = graph_.inputs;
    border.insert(border.end(), graph_.outputs.begin(), graph_.outputs.end());
    for (const State& state : graph_.states) border.push_back(state.tensor);
    for (TensorId id : border) {
      ER_RETURN_IF_ERROR(InRange(id, "the graph's border"));
      if (!IsBits(graph_.tensor(id).dtype)) continue;
      return Bad("tensor '" + graph_.tensor(id).name + "' is " +
                 DTypeName(graph_.tensor(id).dtype) +
                 ", which only tensors inside of a graph can be; binarize it behind the input");
    }
    return absl::OkStatus();
  }

  absl::Status CheckNode(const Node& node) {
    for (TensorId id : node.inputs) {
      if (id != kNoTensor) ER_RETURN_IF_ERROR(Read(id, "node '" + node.name + "'"));
    }
    if (node.outputs.empty()) return Bad("node '" + node.name + "' has no output");
    for (TensorId id : node.outputs) {
      if (id != kNoTensor) ER_RETURN_IF_ERROR(Write(id, "node '" + node.name + "'"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckState(const State& state) const {
    const Tensor& tensor = graph_.tensor(state.tensor);
    ER_RETURN_IF_ERROR(Read(state.next, "the next value of state '" + tensor.name + "'"));
    const Tensor& next = graph_.tensor(state.next);
    for (int32_t zero_point : tensor.quantization.zero_points) {
      if (zero_point == 0 || DTypeBytes(tensor.dtype) == 1) continue;
      return Bad("state '" + tensor.name + "' of " + DTypeName(tensor.dtype) + " has zero point " +
                 std::to_string(zero_point) + "; only 0 is supported");
    }
    if (next.shape == tensor.shape && next.dtype == tensor.dtype &&
        next.quantization == tensor.quantization) {
      return absl::OkStatus();
    }
    return Bad("state '" + tensor.name + "' of " + DTypeName(tensor.dtype) + " " +
               ShapeText(tensor.shape) + " becomes '" + next.name + "' of " +
               DTypeName(next.dtype) + " " + ShapeText(next.shape) +
               "; type, shape and quantization must agree");
  }

  absl::Status InRange(TensorId id, const std::string& where) const {
    if (Index(id) < graph_.tensors.size()) return absl::OkStatus();
    return Bad(where + " names tensor " + std::to_string(static_cast<int>(id)) + " of " +
               std::to_string(graph_.tensors.size()));
  }

  absl::Status Read(TensorId id, const std::string& where) const {
    ER_RETURN_IF_ERROR(InRange(id, where));
    if (written_[Index(id)]) return absl::OkStatus();
    return Bad(where + " reads tensor '" + graph_.tensor(id).name + "' before anything wrote it");
  }

  absl::Status Write(TensorId id, const std::string& where) {
    ER_RETURN_IF_ERROR(InRange(id, where));
    if (written_[Index(id)]) {
      return Bad(where + " writes tensor '" + graph_.tensor(id).name + "' a second time");
    }
    written_[Index(id)] = true;
    return absl::OkStatus();
  }

  const Graph& graph_;
  std::vector<bool> written_;
};

}  // namespace

absl::Status VerifyStructure(const Graph& graph) {
  std::set<std::string> names;
  for (const Tensor& t : graph.tensors) ER_RETURN_IF_ERROR(VerifyTensor(t, names));
  if (graph.outputs.empty()) return Bad("the graph has no output");
  return Flow(graph).Check();
}

}  // namespace edgerack::compiler
