// move-transposes: transposes go behind the operators that do not care about the order of
// dimensions, until they meet their opposite and both vanish, or reach constant weights, which are
// reordered instead. Exact: only addresses change.
#include "server/compiler/passes/move_rules.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxNodes = 4096;  // far above what the firmware takes; the search is quadratic

class Mover {
 public:
  explicit Mover(Graph& graph) : graph_(graph) {}

  int Run() {
    // Each rule moves a transpose or reshape towards the outputs or removes one.
    for (size_t round = 0; round < graph_.nodes.size() + 16; ++round) {
      const int before = changes_;
      for (size_t n = 0; n < graph_.nodes.size() && graph_.nodes.size() < 2 * kMaxNodes; ++n) {
        if (JoinTransposes(n) || SinkTranspose(n) || SinkReshape(n)) ++changes_;
      }
      if (changes_ == before) break;
    }
    for (size_t n = 0; n < graph_.nodes.size(); ++n) changes_ += HoistAboveDequantize(n);
    for (size_t n = 0; n < graph_.nodes.size(); ++n) changes_ += ReshapeInstead(n);
    for (size_t n = 0; n < graph_.nodes.size(); ++n) changes_ += ReorderWeights(n);
    if (changes_ > 0) RemoveUnread();
    return changes_;
  }

 private:
  Node& node(int n) { return graph_.nodes[static_cast<size_t>(n)]; }

  // The node that writes a tensor where it is of this operator; nullptr otherwise.
  const Node* ProducerOf(TensorId id, const char* op) const {
    if (id == kNoTensor) return nullptr;
    const int n = graph_.Producer(id);
    if (n < 0 || graph_.nodes[static_cast<size_t>(n)].op != op) return nullptr;
    return &graph_.nodes[static_cast<size_t>(n)];
  }

  // The elements of `like` in the same order as another shape, or transposed by `perm`.
  TensorId Moved(TensorId like, const Shape& shape, const Permutation& perm = {}) {
    Tensor tensor = Derived(graph_.tensor(like), ".moved");
    Origin& origin = *tensor.origin;
    if (!perm.empty()) {
      if (origin.perm.empty()) origin.shape = graph_.tensor(like).shape;
      origin.perm = origin.perm.empty() ? perm : Joined(origin.perm, perm);
    } else if (!origin.perm.empty()) {
      tensor.origin.reset();  // no single transpose tells where the elements came from
    }
    tensor.shape = shape;
    return graph_.Add(std::move(tensor));
  }

  // transpose(transpose(x)) is one transpose, or nothing.
  bool JoinTransposes(size_t n) {
    Node& outer = graph_.nodes[n];
    if (outer.op != "transpose") return false;
    const Node* inner = ProducerOf(outer.inputs[0], "transpose");
    if (inner == nullptr) return false;
    const Permutation joined = Joined(inner->Ints("perm"), outer.Ints("perm"));
    outer.inputs[0] = inner->inputs[0];
    outer.attributes["perm"] = joined;
    if (!IsIdentity(joined)) return true;
    if (graph_.IsOutput(outer.outputs[0])) {
      MakeReshape(outer);
      return true;
    }
    const TensorId from = outer.outputs[0];
    const TensorId to = outer.inputs[0];
    graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    graph_.ReplaceUses(from, to);
    return true;
  }

  void MakeReshape(Node& transpose) {
    const Shape& shape = graph_.tensor(transpose.outputs[0]).shape;
    transpose.op = "reshape";
    transpose.attributes.clear();
    transpose.attributes["shape"] = std::vector<int64_t>(shape.begin(), shape.end());
  }

  // -- op(transpose(x)) becomes transpose(op(x)).

  bool SinkTranspose(size_t n) {
    const Node old = graph_.nodes[n];
    if (old.op == "transpose" || old.op == "reshape" || old.inputs.empty()) return false;
    const Node* first = nullptr;
    for (TensorId id : old.inputs) {
      if (first == nullptr) first = ProducerOf(id, "transpose");
    }
    if (first == nullptr || old.outputs.size() != 1) return false;
    const Permutation perm = first->Ints("perm");
    const std::optional<MovedNode> moved = MoveBehind(old, perm);
    if (!moved || !CanFollow(old, perm)) return false;
    std::vector<Node> reshapes;
    Node node = moved->node;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (IsData(old, i)) node.inputs[i] = Followed(node.inputs[i], perm, reshapes);
    }
    const TensorId output = old.outputs[0];
    if (IsIdentity(moved->result)) {
      graph_.nodes[n] = node;
    } else {
      const Permutation back = Inverse(moved->result);
      node.outputs = {Moved(output, Permuted(graph_.tensor(output).shape, back), back)};
      Node transpose;
      transpose.name = old.name;
      transpose.op = "transpose";
      transpose.inputs = node.outputs;
      transpose.outputs = {output};
      transpose.attributes["perm"] = moved->result;
      transpose.fused_from = first->fused_from;
      graph_.nodes[n] = node;
      graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1, transpose);
    }
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n), reshapes.begin(),
                        reshapes.end());
    return true;
  }

  // Operands besides those are parameters: a padding value, the factors of a normalization.
  static bool IsData(const Node& node, size_t i) {
    return node.inputs[i] != kNoTensor && (i == 0 || Broadcasts(node) || node.op == "concat");
  }

  bool CanFollow(const Node& node, const Permutation& perm) const {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (IsData(node, i) && !CanFollow(node, node.inputs[i], perm)) return false;
      // Nothing may be known of a tensor's order where it has one scale per channel.
      if (node.inputs[i] != kNoTensor && IsData(node, i) &&
          graph_.tensor(node.inputs[i]).quantization.scales.size() > 1) {
        return false;
      }
    }
    return graph_.tensor(node.outputs[0]).quantization.scales.size() <= 1;
  }

  bool CanFollow(const Node& node, TensorId id, const Permutation& perm) const {
    const Tensor& t = graph_.tensor(id);
    const Node* transpose = ProducerOf(id, "transpose");
    if (transpose != nullptr && transpose->Ints("perm") == perm) return true;
    if (!Broadcasts(node) && node.op != "concat") return false;
    if (t.shape.size() > perm.size()) return false;
    if (t.elements() == 1 && node.op != "concat") return true;
    if (node.op == "add" && t.shape.size() != perm.size()) return false;
    return t.constant() || KeepsBytes(Aligned(t.shape, perm.size()), Inverse(perm));
  }

  static Shape Aligned(Shape shape, size_t rank) {
    shape.insert(shape.begin(), rank - shape.size(), 1);
    return shape;
  }

  // The operand as it is before the transpose.
  TensorId Followed(TensorId id, const Permutation& perm, std::vector<Node>& reshapes) {
    const Node* transpose = ProducerOf(id, "transpose");
    if (transpose != nullptr && transpose->Ints("perm") == perm) return transpose->inputs[0];
    const Tensor t = graph_.tensor(id);
    const Shape aligned = Aligned(t.shape, perm.size());
    if (t.shape.empty() || (t.elements() == 1 && t.shape.size() < perm.size())) return id;
    const Permutation inverse = Inverse(perm);
    const Shape shape = Permuted(aligned, inverse);
    if (t.constant()) {
      Tensor moved = t;
      moved.shape = shape;
      moved.data = std::make_shared<const std::string>(
          PermutedBytes(*t.data, DTypeBytes(t.dtype), aligned, inverse));
      return graph_.Add(std::move(moved));
    }
    Node reshape;
    reshape.name = t.name;
    reshape.op = "reshape";
    reshape.inputs = {id};
    reshape.outputs = {Moved(id, shape)};
    reshape.attributes["shape"] = std::vector<int64_t>(shape.begin(), shape.end());
    reshapes.push_back(reshape);
    return reshape.outputs[0];
  }

  // -- f(reshape(x)) becomes reshape(f(x)), so that what is behind meets what is in front.

  bool SinkReshape(size_t n) {
    const Node old = graph_.nodes[n];
    const bool batch_norm = old.op == "batch_norm";
    if (!IsElementwise(old) && !batch_norm) return false;
    const Node* reshape = ProducerOf(old.inputs[0], "reshape");
    if (reshape == nullptr || graph_.Producer(reshape->inputs[0]) < 0) return false;
    const Tensor& x = graph_.tensor(reshape->inputs[0]);
    const Tensor& between = graph_.tensor(old.inputs[0]);
    if (between.quantization.scales.size() > 1 || x.shape.empty()) return false;
    Node node = old;
    if (batch_norm) {
      const bool last = old.Int("axis") == static_cast<int64_t>(between.shape.size()) - 1 &&
                        x.shape.back() == between.shape.back();
      if (!last) return false;
      node.attributes["axis"] = static_cast<int64_t>(x.shape.size()) - 1;
    }
    Node behind = *reshape;
    const TensorId output = old.outputs[0];
    node.inputs[0] = reshape->inputs[0];
    node.outputs = {Moved(output, x.shape)};
    behind.inputs = node.outputs;
    behind.outputs = {output};
    graph_.nodes[n] = node;
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1, behind);
    return true;
  }

  // -- What is left.

  // A transpose of dequantized values moves four times the bytes: it goes in front. A reshape does
  // too, so that the layer behind it sees where its values come from.
  bool HoistAboveDequantize(size_t n) {
    const Node transpose = graph_.nodes[n];
    if (transpose.op != "transpose" && transpose.op != "reshape") return false;
    const int producer = graph_.Producer(transpose.inputs[0]);
    if (producer < 0 || node(producer).op != "dequantize") return false;
    const Node dequantize = node(producer);
    if (graph_.Consumers(transpose.inputs[0]).size() != 1 || graph_.IsOutput(transpose.inputs[0]) ||
        graph_.tensor(dequantize.inputs[0]).quantization.scales.size() != 1) {
      return false;
    }
    const Shape shape = graph_.tensor(transpose.outputs[0]).shape;
    Node first = transpose;
    Node second = dequantize;
    first.inputs = dequantize.inputs;
    first.outputs = {Moved(dequantize.inputs[0], shape,
                           transpose.op == "transpose" ? transpose.Ints("perm") : Permutation())};
    second.inputs = first.outputs;
    second.outputs = transpose.outputs;
    node(producer) = first;
    graph_.nodes[n] = second;
    return true;
  }

  bool ReshapeInstead(size_t n) {
    Node& transpose = graph_.nodes[n];
    if (transpose.op != "transpose" ||
        !KeepsBytes(graph_.tensor(transpose.inputs[0]).shape, transpose.Ints("perm"))) {
      return false;
    }
    MakeReshape(transpose);
    return true;
  }

  // fully_connected(reshape(transpose(x))): the weights are reordered and the transpose falls away.
  bool ReorderWeights(size_t n) {
    const Node reshape = graph_.nodes[n];
    if (reshape.op != "reshape") return false;
    const Node* transpose = ProducerOf(reshape.inputs[0], "transpose");
    if (transpose == nullptr) return false;
    const Permutation perm = transpose->Ints("perm");
    const Shape before = graph_.tensor(transpose->inputs[0]).shape;
    const Shape flat = graph_.tensor(reshape.outputs[0]).shape;
    const bool rows = flat.size() == 2 && perm[0] == 0 && flat[0] == before[0];
    const std::vector<int> readers = graph_.Consumers(reshape.outputs[0]);
    if (!rows || readers.empty() || graph_.IsOutput(reshape.outputs[0])) return false;
    for (int reader : readers) {
      if (!TakesWeights(node(reader), reshape.outputs[0], flat[1])) return false;
    }
    const TensorId source = transpose->inputs[0];
    for (size_t i = readers.size(); i-- > 0;) {
      const Shape behind = Permuted(before, perm);
      ReorderColumns(static_cast<size_t>(readers[i]), Shape(behind.begin() + 1, behind.end()),
                     perm);
    }
    graph_.nodes[n].inputs[0] = source;
    return true;
  }

  bool TakesWeights(const Node& reader, TensorId input, int32_t columns) const {
    if (reader.op != "fully_connected" || reader.inputs[0] != input) return false;
    const Tensor& weights = graph_.tensor(reader.inputs[1]);
    return weights.constant() && weights.shape.size() == 2 && weights.shape[1] == columns &&
           (weights.quantization.scales.size() <= 1 || weights.quantization.axis == 0);
  }

  // Columns in the order of the tensor behind the transpose become those in front of it.
  void ReorderColumns(size_t reader, const Shape& behind, const Permutation& perm) {
    Tensor weights = graph_.tensor(graph_.nodes[reader].inputs[1]);
    Shape shape = behind;
    shape.insert(shape.begin(), weights.shape[0]);
    weights.data = std::make_shared<const std::string>(
        PermutedBytes(*weights.data, DTypeBytes(weights.dtype), shape, Inverse(perm)));
    graph_.nodes[reader].inputs[1] = graph_.Add(std::move(weights));
  }

  void RemoveUnread() {
    for (size_t n = graph_.nodes.size(); n-- > 0;) {
      const Node& candidate = graph_.nodes[n];
      const bool moves =
          candidate.op == "transpose" || candidate.op == "reshape" || candidate.op == "dequantize";
      if (!moves || graph_.IsOutput(candidate.outputs[0]) ||
          !graph_.Consumers(candidate.outputs[0]).empty()) {
        continue;
      }
      graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    }
  }

  Graph& graph_;
  int changes_ = 0;
};

// What stays is announced, unless the model itself asked for it.
void Report(const Graph& graph, std::vector<Finding>& findings) {
  for (const Node& node : graph.nodes) {
    if (node.op != "transpose") continue;
    const bool asked = !node.fused_from.empty() &&
                       (node.fused_from[0] == "Transpose" || node.fused_from[0] == "TRANSPOSE");
    if (asked) continue;
    const Tensor& x = graph.tensor(node.inputs[0]);
    const Tensor& y = graph.tensor(node.outputs[0]);
    const bool from_input = graph.Producer(node.inputs[0]) < 0;
    const bool to_output = graph.IsOutput(node.outputs[0]);
    const std::string why = from_input  ? "the model's input has its channels first"
                            : to_output ? "the model's output has its channels first"
                                        : "an operator between depends on the order of dimensions";
    findings.push_back({"LAYOUT_TRANSPOSE", Severity::kInfo, node.name,
                        std::to_string(x.bytes()) + " bytes are copied from " + ShapeText(x.shape) +
                            " to " + ShapeText(y.shape) + ", because " + why,
                        from_input || to_output
                            ? "export the model with channels last, where the tool can do it"
                            : "reshape, flatten or multiply after the last spatial layer only"});
  }
}

absl::StatusOr<int> Run(Graph& graph, PassContext& context) {
  if (graph.nodes.size() > kMaxNodes) return 0;
  const int changes = Mover(graph).Run();
  Report(graph, context.findings);
  return changes;
}

}  // namespace

Pass MoveTransposesPass() {
  return {"move-transposes", "transposes move until they cancel or reach constant weights", Run};
}

}  // namespace edgerack::compiler
