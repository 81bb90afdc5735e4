// binary-conversions: bits are not turned into numbers and back, a maximum of bits stays bits, and
// a dequantized tensor is binarized as it is: the sign of scale * (q - zero_point) is that of
// q - zero_point.
#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/window.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

const Node* ProducerOf(const Graph& graph, TensorId id, const char* op) {
  const int n = graph.Producer(id);
  if (n < 0 || graph.nodes[static_cast<size_t>(n)].op != op) return nullptr;
  return &graph.nodes[static_cast<size_t>(n)];
}

// binarize(unbinarize(b)) is b where both mean the same by a bit.
bool SkipNumbers(Graph& graph, size_t n) {
  const Node& node = graph.nodes[n];
  const Node* before = ProducerOf(graph, node.inputs[0], "unbinarize");
  if (before == nullptr) return false;
  const TensorId bits = before->inputs[0];
  const TensorId result = node.outputs[0];
  if (graph.tensor(bits).dtype != graph.tensor(result).dtype) return false;
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
  graph.ReplaceUses(result, bits);
  return true;
}

bool SkipDequantize(Graph& graph, size_t n) {
  const Node* before = ProducerOf(graph, graph.nodes[n].inputs[0], "dequantize");
  if (before == nullptr) return false;
  const Tensor& q = graph.tensor(before->inputs[0]);
  if (q.dtype != DType::kS8 || !q.quantization.per_tensor() || !(q.quantization.scales[0] > 0)) {
    return false;
  }
  graph.nodes[n].inputs[0] = before->inputs[0];
  return true;
}

// max_pool2d(unbinarize(b)) becomes unbinarize(binary_pool2d(b)).
bool PoolBits(Graph& graph, size_t n) {
  Node pool = graph.nodes[n];
  const Node* before = ProducerOf(graph, pool.inputs[0], "unbinarize");
  if (before == nullptr || pool.Text("act", "none") != "none") return false;
  if (pool.Int("dilation_h", 1) != 1 || pool.Int("dilation_w", 1) != 1) return false;
  Node unbinarize = *before;
  const Tensor& bits = graph.tensor(unbinarize.inputs[0]);
  const auto window = ReadWindow(pool, 1, 1);
  const auto shape = window.ok() ? WindowOutput(bits, *window, bits.shape.back()) : window.status();
  if (!shape.ok() || *shape != graph.tensor(pool.outputs[0]).shape) return false;
  Tensor every;
  every.name = pool.name + ".every";
  every.dtype = DType::kS1;
  every.shape = {bits.shape.back()};
  every.data = std::make_shared<const std::string>(static_cast<size_t>(every.bytes()), '\0');
  Tensor pooled;
  pooled.name = pool.name + ".bits";
  pooled.dtype = bits.dtype;
  pooled.shape = *shape;
  unbinarize.outputs = pool.outputs;
  pool.op = "binary_pool2d";
  for (const char* key : {"act", "ceil_mode", "dilation_h", "dilation_w"}) {
    pool.attributes.erase(key);
  }
  pool.inputs = {unbinarize.inputs[0], graph.Add(std::move(every))};
  pool.outputs = {graph.Add(std::move(pooled))};
  unbinarize.inputs = pool.outputs;
  graph.nodes[n] = pool;
  graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1, unbinarize);
  return true;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const std::string op = graph.nodes[n].op;
    if (op == "binarize" && SkipNumbers(graph, n)) {
      ++changes;  // the next node stands here now
      continue;
    }
    if ((op == "binarize" && SkipDequantize(graph, n)) ||
        (op == "max_pool2d" && PoolBits(graph, n))) {
      ++changes;
    }
    ++n;
  }
  return changes;
}

}  // namespace

Pass BinaryConversionsPass() {
  return {"binary-conversions", "bits stay bits between layers that take them", Run};
}

}  // namespace edgerack::compiler
