#include "server/compiler/app/codebooks.h"

#include <cmath>
#include <cstdio>

#include "firmware/kernels/fully_connected/fully_connected.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/quant/codebook.h"

namespace edgerack::compiler {
namespace {

bool HasFloatWeights(const Graph& graph, const Node& node) {
  if (node.op != "fully_connected") return false;
  const Tensor& w = graph.tensor(node.inputs[1]);
  return w.dtype == DType::kF32 && w.constant() && w.shape.size() == 2;
}

std::vector<float> FiniteWeights(const Tensor& tensor) {
  std::vector<float> weights;
  for (size_t i = 0; i < static_cast<size_t>(tensor.elements()); ++i) {
    weights.push_back(LoadElement<float>(*tensor.data, i));
    if (!std::isfinite(weights.back())) return {};
  }
  return weights;
}

std::string PackedCodes(const std::vector<uint8_t>& codes, int32_t rows, int32_t columns,
                        int bits) {
  const int32_t row_bytes = er_codebook_row_bytes(columns, bits);
  std::string packed(static_cast<size_t>(rows) * static_cast<size_t>(row_bytes), '\0');
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t column = i % static_cast<size_t>(columns);
    const size_t at = i / static_cast<size_t>(columns) * static_cast<size_t>(row_bytes) +
                      (bits == 8 ? column : column / 2);
    const int shift = bits == 4 && column % 2 == 1 ? 4 : 0;
    packed[at] = static_cast<char>(static_cast<uint8_t>(packed[at]) | codes[i] << shift);
  }
  return packed;
}

Tensor Constant(const std::string& name, DType dtype, Shape shape, std::string data) {
  Tensor tensor;
  tensor.name = name;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.data = std::make_shared<const std::string>(std::move(data));
  return tensor;
}

void Replace(Graph& graph, Node& node, int bits, const Codebook& book) {
  const Tensor w = graph.tensor(node.inputs[1]);
  const int32_t out = w.shape[0];
  const int32_t in = w.shape[1];
  const TensorId bias = node.inputs.size() > 2 ? node.inputs[2] : kNoTensor;
  const TensorId codes =
      graph.Add(Constant(w.name + ".codes", DType::kU8, {out, er_codebook_row_bytes(in, bits)},
                         PackedCodes(book.codes, out, in, bits)));
  const TensorId values =
      graph.Add(Constant(w.name + ".book", DType::kF32, {static_cast<int32_t>(book.values.size())},
                         BytesOf(book.values)));
  node.op = "codebook_connected";
  node.inputs = {node.inputs[0], codes, bias, values};
  node.attributes.erase("asymmetric_inputs");
  node.attributes["bits"] = int64_t{bits};
  node.attributes["in_features"] = int64_t{in};
}

std::string Rounded(double value, const char* format) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

absl::Status CheckNames(const CodebookOptions& options, const Graph& graph) {
  for (const auto& [name, bits] : options.layers) {
    std::string known;
    bool found = false;
    for (const Node& node : graph.nodes) {
      if (!HasFloatWeights(graph, node)) continue;
      found = found || node.name == name;
      known += (known.empty() ? "'" : ", '") + node.name + "'";
    }
    if (found) continue;
    return RefuseOption("option codebook." + name +
                        ": there is no fully connected layer of float32 weights with that name; " +
                        (known.empty() ? "the model has none" : "there are " + known));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<nlohmann::ordered_json> UseCodebooks(const CodebookOptions& options, Graph& graph,
                                                    std::vector<Finding>& findings) {
  if (!options.any()) return nlohmann::ordered_json();
  ER_RETURN_IF_ERROR(CheckNames(options, graph));
  auto layers = nlohmann::ordered_json::array();
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    Node node = graph.nodes[n];
    if (!HasFloatWeights(graph, node)) continue;
    const auto single = options.layers.find(node.name);
    const int bits = single == options.layers.end() ? options.bits : single->second;
    if (bits == 0) continue;
    const Tensor& w = graph.tensor(node.inputs[1]);
    const int64_t before = w.bytes();
    const int64_t after =
        int64_t{w.shape[0]} * er_codebook_row_bytes(w.shape[1], bits) + (int64_t{4} << bits);
    const std::vector<float> weights = FiniteWeights(w);
    if (weights.empty() || after >= before) {
      findings.push_back({"CODEBOOK_NOT_USED", Severity::kInfo, node.name,
                          weights.empty()
                              ? "the layer has weights that are not finite, which no codebook holds"
                              : "a codebook of " + std::to_string(bits) + " bits would make the " +
                                    std::to_string(before) + " bytes of weights " +
                                    std::to_string(after),
                          weights.empty() ? "train the model again" : "nothing is to be done"});
      continue;
    }
    const Codebook book = MakeCodebook(weights, bits);
    Replace(graph, node, bits, book);
    graph.nodes[n] = node;
    layers.push_back({{"layer", node.name},
                      {"bits", bits},
                      {"float_bytes", before},
                      {"codebook_bytes", after},
                      {"weights_rmse", book.rmse}});
    if (std::isfinite(book.sqnr_db)) layers.back()["weights_sqnr_db"] = book.sqnr_db;
    findings.push_back({"CODEBOOK_WEIGHTS", Severity::kInfo, node.name,
                        "the weights are " + std::to_string(1 << bits) + " values with codes of " +
                            std::to_string(bits) + " bits: " + std::to_string(after) +
                            " bytes instead of " + std::to_string(before) + "; they are off by " +
                            Rounded(book.rmse, "%.3g") + " (RMS), " +
                            Rounded(book.sqnr_db, "%.1f") + " dB below the weights",
                        "compare the accuracy with --dataset; --option codebook." + node.name +
                            "=off keeps float32"});
  }
  return layers;
}

}  // namespace edgerack::compiler
