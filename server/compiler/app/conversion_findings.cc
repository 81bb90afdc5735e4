#include "server/compiler/app/conversion_findings.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace edgerack::compiler {
namespace {

bool Told(const std::vector<Finding>& findings, const std::string& layer) {
  static const std::set<std::string> codes = {"FLOAT_ISLAND", "KEPT_FLOAT", "LOST_QUANTIZATION"};
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) {
    return codes.count(f.code) != 0 && f.layer == layer;
  });
}

bool Converts(const Node& node) {
  return node.op == "quantize" || node.op == "dequantize" || node.op == "requantize";
}

// Of the layer's float32 activations, whether all come from int8 or int16 and go back there.
bool StandsBetweenConversions(const Graph& graph, const Node& node) {
  bool reads = false;
  for (TensorId id : node.inputs) {
    if (id == kNoTensor || graph.tensor(id).constant()) continue;
    const int producer = graph.Producer(id);
    if (producer < 0 || graph.nodes[static_cast<size_t>(producer)].op != "dequantize") return false;
    reads = true;
  }
  if (!reads || node.outputs.size() != 1 || graph.IsOutput(node.outputs[0])) return false;
  const std::vector<int> readers = graph.Consumers(node.outputs[0]);
  return !readers.empty() && std::all_of(readers.begin(), readers.end(), [&](int n) {
    return graph.nodes[static_cast<size_t>(n)].op == "quantize";
  });
}

void FindLost(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  if (Converts(node) || graph.tensor(MainOutput(node.outputs)).dtype != DType::kF32 ||
      !StandsBetweenConversions(graph, node)) {
    return;
  }
  findings.push_back({"LOST_QUANTIZATION", Severity::kWarning, node.name,
                      "the model quantizes what " + node.op +
                          " reads and writes, and no integer kernel takes it so: it computes in "
                          "float32 between conversions",
                      "quantize the model again: weights symmetric and constant, per tensor or per "
                      "output channel, with operators that docs/operators.md lists with int8"});
}

void FindRequantized(const Graph& graph, const Node& node, std::vector<Finding>& findings) {
  const Tensor& x = graph.tensor(node.inputs[0]);
  const Tensor& y = graph.tensor(node.outputs[0]);
  if (node.op != "requantize" || x.dtype != y.dtype) return;
  findings.push_back(
      {"REQUANTIZED_TENSOR", Severity::kInfo, node.name,
       absl::StrFormat(
           "%d values of '%s' are moved from scale %.4g to %.4g: one more rounding, and "
           "a pass over the tensor",
           x.elements(), x.name, x.quantization.scales[0], y.quantization.scales[0]),
       "give both tensors one scale when the model is quantized, as layers that only move elements "
       "and the parts of a concat need it"});
}

}  // namespace

void FindConversions(const Graph& graph, bool quantized_here, std::vector<Finding>& findings) {
  for (const Node& node : graph.nodes) {
    if (!quantized_here) FindLost(graph, node, findings);
    FindRequantized(graph, node, findings);
  }
  for (TensorId id : graph.inputs) {
    if (!graph.Consumers(id).empty() || graph.IsOutput(id)) continue;
    const Tensor& t = graph.tensor(id);
    findings.push_back(
        {"UNUSED_INPUT", Severity::kWarning, "",
         absl::StrCat("no layer reads input '", t.name, "': its ", t.bytes(),
                      " bytes are sent to the board in every run and change nothing"),
         "remove the input when the model is exported, or look for the layer that "
         "should read it"});
  }
}

void FindFloatIslands(const Program& program, std::vector<Finding>& findings) {
  int64_t int8_macs = 0;
  for (const KernelCall& call : program.calls) {
    if (program.graph.tensor(MainOutput(call.outputs)).dtype == DType::kS8) int8_macs += call.macs;
  }
  if (int8_macs == 0) return;
  for (const KernelCall& call : program.calls) {
    const bool computes = call.macs > 0 || call.op == "add" || call.op == "softmax";
    const Tensor& output = program.graph.tensor(MainOutput(call.outputs));
    const bool bits = IsBits(program.graph.tensor(call.inputs[0]).dtype);
    if (!computes || bits || output.dtype != DType::kF32 || Told(findings, call.name)) continue;
    findings.push_back({"FLOAT_ISLAND", Severity::kWarning, call.name,
                        "this layer computes in float32 inside an int8 model",
                        "quantize the layer too"});
  }
}

}  // namespace edgerack::compiler
