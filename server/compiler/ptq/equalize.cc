#include "server/compiler/ptq/equalize.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"

namespace edgerack::compiler {
namespace {

// Beyond it, a channel that calibration hardly saw would gain more than it should.
constexpr double kLargestFactor = 64;

bool FloatConstant(const Graph& graph, TensorId id) {
  return id != kNoTensor && graph.tensor(id).constant() && graph.tensor(id).dtype == DType::kF32;
}

bool HasFloatWeights(const Graph& graph, const Node& node) {
  if (node.op != "conv2d" && node.op != "depthwise_conv2d" && node.op != "fully_connected") {
    return false;
  }
  const bool bias = node.inputs.size() > 2 && node.inputs[2] != kNoTensor;
  return FloatConstant(graph, node.inputs[1]) && (!bias || FloatConstant(graph, node.inputs[2]));
}

// Commutes with positive factors per channel.
bool PassesFactors(const Node& node) {
  return node.op == "max_pool2d" || node.op == "avg_pool2d" ||
         (node.op == "relu" && node.Text("act", "relu") == "relu");
}

bool Clamps(const Node& node) {
  const std::string act = node.Text("act", "none");
  return act != "none" && act != "relu";
}

// The second layer behind `first`, with nothing but what passes factors between; -1 for none.
int SecondOf(const Graph& graph, const Node& first) {
  TensorId id = first.outputs[0];
  while (true) {
    const std::vector<int> readers = graph.Consumers(id);
    if (readers.size() != 1 || graph.IsOutput(id)) return -1;
    const Node& reader = graph.nodes[static_cast<size_t>(readers[0])];
    if (reader.inputs[0] != id) return -1;
    if (HasFloatWeights(graph, reader)) {
      const bool channels_last =
          graph.tensor(id).shape.back() == graph.tensor(first.outputs[0]).shape.back();
      return channels_last ? readers[0] : -1;
    }
    if (!PassesFactors(reader) || Clamps(reader)) return -1;
    id = reader.outputs[0];
  }
}

// Which input channel a weight of `node` belongs to; -1 where it is no plain product of them.
int64_t InputChannel(const Graph& graph, const Node& node, int64_t i) {
  const Tensor& w = graph.tensor(node.inputs[1]);
  const int64_t last = w.shape.back();
  const int64_t channels = graph.tensor(node.inputs[0]).shape.back();
  if (node.op == "depthwise_conv2d") return i % last / (last / channels);
  return last == channels ? i % last : -1;
}

TensorId Scaled(Graph& graph, TensorId id, const std::vector<double>& factors,
                const std::vector<int64_t>& channel_of) {
  Tensor t = graph.tensor(id);
  std::string bytes;
  for (size_t i = 0; i < channel_of.size(); ++i) {
    const double factor = factors[static_cast<size_t>(channel_of[i])];
    AppendElement(bytes,
                  static_cast<float>(static_cast<double>(LoadElement<float>(*t.data, i)) * factor));
  }
  t.data = std::make_shared<const std::string>(std::move(bytes));
  t.quantization = {};  // the values have left their steps
  return graph.Add(std::move(t));
}

// Largest magnitude of the second layer's weights per input channel, each weight counted in its
// own output channel's range. Depthwise weights have a range for each channel, which takes any
// factor: empty.
std::vector<double> WeightRanges(const Graph& graph, const Node& second,
                                 const std::vector<int64_t>& channel_of, size_t channels) {
  if (second.op == "depthwise_conv2d") return {};
  const Tensor& w = graph.tensor(second.inputs[1]);
  const size_t inner = channel_of.size() / static_cast<size_t>(w.shape[0]);
  std::vector<double> largest(static_cast<size_t>(w.shape[0]), 0.0);
  auto magnitude = [&](size_t i) {
    return std::fabs(static_cast<double>(LoadElement<float>(*w.data, i)));
  };
  for (size_t i = 0; i < channel_of.size(); ++i) {
    largest[i / inner] = std::max(largest[i / inner], magnitude(i));
  }
  std::vector<double> ranges(channels, 0.0);
  for (size_t i = 0; i < channel_of.size(); ++i) {
    if (largest[i / inner] == 0) continue;
    double& range = ranges[static_cast<size_t>(channel_of[i])];
    range = std::max(range, magnitude(i) / largest[i / inner]);
  }
  return ranges;
}

// What each channel of the tensor between is divided by.
std::vector<double> Factors(const std::vector<double>& activations,
                            const std::vector<double>& weights) {
  std::vector<double> factors;
  for (size_t c = 0; c < activations.size(); ++c) {
    const bool dead = activations[c] <= 0 || (!weights.empty() && weights[c] <= 0);
    factors.push_back(dead              ? 1
                      : weights.empty() ? activations[c]
                                        : std::sqrt(activations[c] / weights[c]));
  }
  // About 1, so that the layers keep their sizes.
  double logs = 0;
  for (double f : factors) logs += std::log(f);
  const double middle = std::exp(logs / static_cast<double>(factors.size()));
  for (double& f : factors) f = std::clamp(f / middle, 1 / kLargestFactor, kLargestFactor);
  return factors;
}

bool EqualizePair(Graph& graph, size_t first_index, size_t second_index,
                  const TensorStatistics& between) {
  Node& first = graph.nodes[first_index];
  Node& second = graph.nodes[second_index];
  const std::vector<double> ranges = between.ChannelMagnitudes();
  const auto channels = ranges.size();
  std::vector<int64_t> of_second;
  for (int64_t i = 0; i < graph.tensor(second.inputs[1]).elements(); ++i) {
    of_second.push_back(InputChannel(graph, second, i));
    if (of_second.back() < 0 || of_second.back() >= static_cast<int64_t>(channels)) return false;
  }
  const std::vector<double> factors =
      Factors(ranges, WeightRanges(graph, second, of_second, channels));
  std::vector<double> inverse;
  for (double f : factors) inverse.push_back(1 / f);
  const Tensor& w = graph.tensor(first.inputs[1]);
  const bool depthwise = first.op == "depthwise_conv2d";
  const int64_t inner = w.elements() / w.shape[0];
  std::vector<int64_t> of_first;
  for (int64_t i = 0; i < w.elements(); ++i) {
    of_first.push_back(depthwise ? i % w.shape.back() : i / inner);
  }
  first.inputs[1] = Scaled(graph, first.inputs[1], inverse, of_first);
  if (first.inputs.size() > 2 && first.inputs[2] != kNoTensor) {
    std::vector<int64_t> each(channels);
    for (size_t c = 0; c < channels; ++c) each[c] = static_cast<int64_t>(c);
    first.inputs[2] = Scaled(graph, first.inputs[2], inverse, each);
  }
  second.inputs[1] = Scaled(graph, second.inputs[1], factors, of_second);
  return true;
}

// What lies between holds other values than the model's tensors of these names from now on.
void RenameBetween(Graph& graph, size_t first, size_t second) {
  for (TensorId id = graph.nodes[first].outputs[0];;) {
    Tensor& t = graph.tensor(id);
    t.name += ".equalized";
    t.origin.reset();
    const auto reader = static_cast<size_t>(graph.Consumers(id).front());
    if (reader == second) return;
    id = graph.nodes[reader].outputs[0];
  }
}

double Spread(const std::vector<double>& ranges) {
  double sum = 0;
  double most = 0;
  for (double r : ranges) {
    sum += r;
    most = std::max(most, r);
  }
  return sum > 0 ? most * static_cast<double>(ranges.size()) / sum : 1;
}

}  // namespace

std::vector<EqualizedPair> Equalize(Graph& graph, const GraphStatistics& statistics) {
  std::vector<EqualizedPair> pairs;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node first = graph.nodes[n];
    if (!HasFloatWeights(graph, first) || Clamps(first)) continue;
    const int second = SecondOf(graph, first);
    if (second < 0) continue;
    const TensorId between = graph.nodes[static_cast<size_t>(second)].inputs[0];
    const auto& values = statistics[Index(first.outputs[0])];
    if (!values || values->not_finite() > 0 ||
        graph.tensor(between).shape.back() != graph.tensor(first.outputs[0]).shape.back()) {
      continue;
    }
    if (!EqualizePair(graph, n, static_cast<size_t>(second), *values)) continue;
    RenameBetween(graph, n, static_cast<size_t>(second));
    pairs.push_back({first.name, graph.nodes[static_cast<size_t>(second)].name,
                     Spread(values->ChannelMagnitudes())});
  }
  return pairs;
}

}  // namespace edgerack::compiler
