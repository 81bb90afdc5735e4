#include "server/compiler/ptq/quantize_graph.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/convolution.h"

namespace edgerack::compiler {

absl::StatusOr<QuantizedGraph> QuantizeGraph(const Graph& graph, ConversionPlan plan,
                                             const PassRun& run) {
  QuantizedGraph quantized;
  while (true) {
    quantized.graph = InsertConversions(graph, plan);
    quantized.findings.clear();
    ER_ASSIGN_OR_RETURN(quantized.passes,
                        RunPasses(quantized.graph, run.options, quantized.findings, run.clock));
    const std::set<std::string> left = LeftInFloat(graph, plan, quantized.graph);
    if (left.empty()) return quantized;
    for (const std::string& layer : left) {
      const bool was_int16 = plan.int16_layers.erase(layer) != 0;
      (was_int16 ? quantized.no_int16_kernel : quantized.no_int8_kernel).insert(layer);
      if (!was_int16) plan.float_layers.insert(layer);
    }
  }
}

Graph WithFloatWeights(const Graph& graph) {
  Graph real = graph;
  for (Node& node : real.nodes) {
    if (ChannelDimension(node.op) < 0 || !IsHybrid(real, node)) continue;
    Tensor weights = real.tensor(node.inputs[1]);
    const Quantization& q = weights.quantization;
    size_t inner = 1;
    for (size_t d = static_cast<size_t>(q.axis) + 1; d < weights.shape.size(); ++d) {
      inner *= static_cast<size_t>(weights.shape[d]);
    }
    std::string bytes;
    for (size_t i = 0; i < static_cast<size_t>(weights.elements()); ++i) {
      const size_t c = q.per_tensor() ? 0 : i / inner % q.scales.size();
      const int step = LoadElement<int8_t>(*weights.data, i) - q.zero_points[c];
      AppendElement(bytes, q.scales[c] * static_cast<float>(step));
    }
    weights.dtype = DType::kF32;
    weights.data = std::make_shared<const std::string>(std::move(bytes));
    node.inputs[1] = real.Add(std::move(weights));
    node.attributes.erase(kAsymmetricInputs.name);
  }
  return real;
}

namespace {

// Takes the float tensor `declared` of the graph's border out: the int8 tensor behind the only
// conversion of it stands there, under its name.
void MoveBorder(Graph& graph, TensorId& declared, size_t conversion, TensorId int8) {
  const std::string name = graph.tensor(declared).name;
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(conversion));
  graph.tensor(declared).name = name + ".float";
  graph.tensor(int8).name = name;
  graph.tensor(int8).origin.reset();
  declared = int8;
}

}  // namespace

Graph WithInt8Borders(const Graph& graph) {
  Graph moved = graph;
  for (TensorId& input : moved.inputs) {
    const std::vector<int> readers = moved.Consumers(input);
    if (readers.size() != 1 || moved.IsOutput(input)) continue;
    const auto n = static_cast<size_t>(readers[0]);
    if (moved.nodes[n].op != "quantize") continue;
    MoveBorder(moved, input, n, moved.nodes[n].outputs[0]);
  }
  for (TensorId& output : moved.outputs) {
    const int n = moved.Producer(output);
    if (n < 0 || !moved.Consumers(output).empty()) continue;
    const Node& node = moved.nodes[static_cast<size_t>(n)];
    const TensorId source = node.inputs[0];
    if (node.op != "dequantize" || moved.Producer(source) < 0 || moved.IsOutput(source)) continue;
    MoveBorder(moved, output, static_cast<size_t>(n), source);
  }
  return moved;
}

}  // namespace edgerack::compiler
