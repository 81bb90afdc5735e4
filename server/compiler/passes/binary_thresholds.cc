// binary-thresholds: what lies between the sums of a binary layer and the bits that the next one
// reads (batch_norm, factors, biases, activations, a maximum over a window) becomes one threshold
// per channel. The bit of each possible sum is computed by the very kernels that the layers in
// between would run, in float32 with their rounding, so that the result is the same bit for bit,
// ties and negative factors included; where a channel's bits change more than once, nothing is
// done.
#include <cmath>
#include <optional>

#include "server/compiler/ir/elements.h"
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/window.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// Of the values of all sums of all channels: 256 MiB of memory while they are computed.
constexpr int64_t kMaxValues = 24ll << 20;

// The nodes from the sums' layer on to the binarize, both included.
using Chain = std::vector<size_t>;

bool IsSums(const Graph& graph, const Node& node) {
  return (node.op == "binary_conv2d" || node.op == "binary_depthwise_conv2d") &&
         graph.tensor(node.outputs[0]).dtype == DType::kF32;
}

bool PoolsBits(const Graph& graph, const Node& node) {
  if (node.op != "max_pool2d" || node.Text("act", "none") != "none") return false;
  if (node.Int("dilation_h", 1) != 1 || node.Int("dilation_w", 1) != 1) return false;
  const auto window = ReadWindow(node, 1, 1);
  const Tensor& x = graph.tensor(node.inputs[0]);
  const auto shape = window.ok() ? WindowOutput(x, *window, x.shape.back()) : window.status();
  return shape.ok() && *shape == graph.tensor(node.outputs[0]).shape;
}

bool HasOneValuePerChannel(const Tensor& t, int32_t channels) {
  return t.constant() && (t.elements() == 1 || (t.elements() == channels && !t.shape.empty() &&
                                                t.shape.back() == channels));
}

// The operand that the node computes element by element, alike in each row of channels.
TensorId RunningOperand(const Graph& graph, const Node& node) {
  static const std::vector<std::string> ops = {"reshape", "batch_norm", "binary", "relu", "unary"};
  const Tensor& y = graph.tensor(node.outputs[0]);
  if (node.outputs.size() != 1 || y.dtype != DType::kF32) return kNoTensor;
  if (PoolsBits(graph, node)) return node.inputs[0];
  if (std::find(ops.begin(), ops.end(), node.op) == ops.end()) return kNoTensor;
  const auto last = static_cast<int64_t>(y.shape.size()) - 1;
  if (node.op == "batch_norm" && node.Int("axis", -1) != last && node.Int("axis", -1) != -1) {
    return kNoTensor;
  }
  TensorId running = kNoTensor;
  for (TensorId id : node.inputs) {
    if (id == kNoTensor) continue;
    const Tensor& t = graph.tensor(id);
    if (t.dtype != DType::kF32 || t.shape.size() > y.shape.size()) {
      if (node.op != "reshape") return kNoTensor;
    }
    if (HasOneValuePerChannel(t, y.shape.back())) continue;
    if (running != kNoTensor || t.constant() || t.shape.back() != y.shape.back()) return kNoTensor;
    running = id;
  }
  return running;
}

std::optional<Chain> ChainTo(const Graph& graph, size_t binarize) {
  Chain chain = {binarize};
  TensorId id = graph.nodes[binarize].inputs[0];
  while (graph.Consumers(id).size() == 1 && !graph.IsOutput(id)) {
    const int n = graph.Producer(id);
    if (n < 0) return std::nullopt;
    const Node& node = graph.nodes[static_cast<size_t>(n)];
    chain.insert(chain.begin(), static_cast<size_t>(n));
    if (IsSums(graph, node)) return chain;
    id = RunningOperand(graph, node);
    if (id == kNoTensor) return std::nullopt;
  }
  return std::nullopt;
}

// [sums][channels]
using Values = std::vector<float>;

// The node's result for `values` instead of its running operand.
std::optional<Values> Computed(const Graph& graph, const Node& node, const Values& values,
                               int32_t channels) {
  Graph work;
  Node copy = node;
  const TensorId running = RunningOperand(graph, node);
  Shape shape(graph.tensor(node.outputs[0]).shape.size(), 1);
  shape.back() = channels;
  shape.front() *= static_cast<int32_t>(values.size()) / channels;
  for (TensorId& id : copy.inputs) {
    if (id == kNoTensor) continue;
    Tensor t = graph.tensor(id);
    if (id == running) {
      t.shape = shape;
      t.data = std::make_shared<const std::string>(BytesOf(values));
    }
    id = work.Add(std::move(t));
  }
  auto types = InferTypes(work, copy);
  if (!types.ok() || (*types)[0].shape != shape) return std::nullopt;
  Tensor y;
  y.name = "y";
  y.shape = shape;
  copy.outputs = {work.Add(std::move(y))};
  work.nodes.push_back(std::move(copy));
  auto bytes = Evaluate(work, 0);
  if (!bytes.ok()) return std::nullopt;
  Values result;
  result.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) result.push_back(LoadElement<float>((*bytes)[0], i));
  return result;
}

struct Thresholds {
  std::vector<int32_t> threshold;
  std::vector<uint32_t> flip;                // bits of channels
  std::vector<std::vector<uint32_t>> every;  // of each pool of the chain
};

void SetBit(std::vector<uint32_t>& row, size_t index) { row[index / 32] |= 1u << (index % 32); }

// Whether a maximum over values leads to any of their bits (false) or needs each (true).
std::optional<bool> NeedsEvery(const Values& values, const std::vector<bool>& bits, size_t channel,
                               size_t channels) {
  float low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  for (size_t i = 0; i < bits.size(); ++i) {
    const float value = values[i * channels + channel];
    if (std::isnan(value)) return std::nullopt;
    low[bits[i]] = std::min(low[bits[i]], value);
    high[bits[i]] = std::max(high[bits[i]], value);
  }
  if (high[0] < low[1]) return false;
  if (high[1] < low[0]) return true;
  return std::nullopt;
}

class ThresholdFinder {
 public:
  ThresholdFinder(const Graph& graph, const Chain& chain) : graph_(graph), chain_(chain) {}

  std::optional<Thresholds> Find() {
    const Node& sums = graph_.nodes[chain_.front()];
    const Shape& shape = graph_.tensor(sums.outputs[0]).shape;
    channels_ = static_cast<size_t>(shape.back());
    const int64_t products =
        FindOp(sums.op)->macs(graph_, sums) / graph_.tensor(sums.outputs[0]).elements();
    lowest_ = static_cast<int32_t>(-products);
    const int64_t count = 2 * products + 1;
    if (count * shape.back() > kMaxValues) return std::nullopt;
    Values values;
    for (int64_t sum = -products; sum <= products; ++sum) {
      values.insert(values.end(), channels_, static_cast<float>(sum));
    }
    for (size_t i = 1; i + 1 < chain_.size(); ++i) {
      const Node& node = graph_.nodes[chain_[i]];
      if (node.op == "max_pool2d") {
        pooled_.push_back(values);
      } else if (node.op != "reshape") {
        auto computed = Computed(graph_, node, values, shape.back());
        if (!computed) return std::nullopt;
        values = *std::move(computed);
      }
    }
    return OfBits(values);
  }

 private:
  std::optional<Thresholds> OfBits(const Values& values) {
    const bool strict = graph_.tensor(graph_.nodes[chain_.back()].outputs[0]).dtype == DType::kU1;
    const size_t words = (channels_ + 31) / 32;
    Thresholds found;
    found.flip.assign(words, 0);
    found.every.assign(pooled_.size(), std::vector<uint32_t>(words, 0));
    for (size_t c = 0; c < channels_; ++c) {
      std::vector<bool> bits;
      for (size_t i = c; i < values.size(); i += channels_) {
        bits.push_back(strict ? values[i] > 0 : values[i] >= 0);
      }
      const auto change = std::adjacent_find(bits.begin(), bits.end(), std::not_equal_to<>());
      if (change != bits.end() &&
          std::adjacent_find(change + 1, bits.end(), std::not_equal_to<>()) != bits.end()) {
        return std::nullopt;
      }
      const bool constant = change == bits.end();
      const auto first = constant ? 0 : static_cast<int32_t>(change - bits.begin()) + 1;
      found.threshold.push_back(lowest_ + first);
      if (!bits[static_cast<size_t>(first)]) SetBit(found.flip, c);
      for (size_t p = 0; p < pooled_.size(); ++p) {
        const auto every = NeedsEvery(pooled_[p], bits, c, channels_);
        if (!every) return std::nullopt;
        if (*every) SetBit(found.every[p], c);
      }
    }
    return found;
  }

  const Graph& graph_;
  const Chain& chain_;
  size_t channels_ = 0;
  int32_t lowest_ = 0;
  std::vector<Values> pooled_;  // what each pool of the chain reads
};

TensorId AddRow(Graph& graph, const std::string& name, DType dtype, int32_t count,
                std::string bytes) {
  Tensor t;
  t.name = name;
  t.dtype = dtype;
  t.shape = {count};
  t.data = std::make_shared<const std::string>(std::move(bytes));
  return graph.Add(std::move(t));
}

TensorId AddBits(Graph& graph, const std::string& name, DType dtype, const Shape& shape) {
  Tensor t;
  t.name = name;
  t.dtype = dtype;
  t.shape = shape;
  return graph.Add(std::move(t));
}

void Rewrite(Graph& graph, const Chain& chain, const Thresholds& found) {
  const TensorId result = graph.nodes[chain.back()].outputs[0];
  const DType dtype = graph.tensor(result).dtype;
  Node sums = graph.nodes[chain.front()];
  Shape shape = graph.tensor(sums.outputs[0]).shape;
  const int32_t channels = shape.back();
  sums.inputs.resize(2);
  sums.inputs.push_back(
      AddRow(graph, sums.name + ".threshold", DType::kS32, channels, BytesOf(found.threshold)));
  sums.inputs.push_back(
      AddRow(graph, sums.name + ".flip", DType::kS1, channels, BytesOf(found.flip)));
  sums.attributes["to"] = std::string(DTypeName(dtype));
  sums.outputs = {AddBits(graph, sums.name + ".bits", dtype, shape)};
  std::vector<Node> made;
  for (size_t i = 1; i < chain.size(); ++i) {
    const Node& node = graph.nodes[chain[i]];
    sums.fused_from.insert(sums.fused_from.end(), node.fused_from.begin(), node.fused_from.end());
    if (node.op != "max_pool2d") continue;
    Node pool = node;
    pool.op = "binary_pool2d";
    for (const char* key : {"act", "ceil_mode", "dilation_h", "dilation_w"}) {
      pool.attributes.erase(key);
    }
    pool.inputs = {made.empty() ? sums.outputs[0] : made.back().outputs[0],
                   AddRow(graph, node.name + ".every", DType::kS1, channels,
                          BytesOf(found.every[made.size()]))};
    pool.outputs = {
        AddBits(graph, node.name + ".bits", dtype, graph.tensor(node.outputs[0]).shape)};
    shape = graph.tensor(pool.outputs[0]).shape;
    made.push_back(std::move(pool));
  }
  if (shape != graph.tensor(result).shape) {
    const Shape& wanted = graph.tensor(result).shape;
    Node reshape;
    reshape.name = sums.name;
    reshape.op = "reshape";
    reshape.inputs = {made.empty() ? sums.outputs[0] : made.back().outputs[0]};
    reshape.attributes["shape"] = std::vector<int64_t>(wanted.begin(), wanted.end());
    made.push_back(std::move(reshape));
  }
  (made.empty() ? sums : made.back()).outputs = {result};
  made.insert(made.begin(), std::move(sums));
  for (size_t i = chain.size(); i-- > 0;) {
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(chain[i]));
  }
  graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(chain.front()), made.begin(),
                     made.end());
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (graph.nodes[n].op != "binarize") continue;
    const auto chain = ChainTo(graph, n);
    if (!chain) continue;
    const auto found = ThresholdFinder(graph, *chain).Find();
    if (!found) continue;
    Rewrite(graph, *chain, *found);
    ++changes;
    n = chain->front();
  }
  return changes;
}

}  // namespace

Pass BinaryThresholdsPass() {
  return {"binary-thresholds", "what lies between binary layers becomes thresholds on their sums",
          Run};
}

}  // namespace edgerack::compiler
