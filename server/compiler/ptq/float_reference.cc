#include "server/compiler/ptq/float_reference.h"

#include <algorithm>
#include <limits>

#include "server/compiler/ptq/insert_conversions.h"
#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

int64_t BytesOfSample(const Graph& graph) {
  int64_t bytes = 1;
  for (const Tensor& t : graph.tensors) bytes += t.constant() ? 0 : t.bytes();
  return bytes;
}

void AddErrors(const std::vector<double>& reference, const std::vector<double>& values,
               ErrorSums& sums) {
  for (size_t i = 0; i < reference.size(); ++i) sums.Add(reference[i], values[i]);
}

}  // namespace

absl::StatusOr<FloatReference> FloatReference::Of(const Graph& graph, GraphRunner& runner) {
  FloatReference reference(graph);
  const int64_t fitting = std::max<int64_t>(kMostBytes / BytesOfSample(graph), 1);
  const int64_t count = std::min({kMostSamples, fitting, runner.samples()});
  ER_RETURN_IF_ERROR(runner.Run(graph, 0, count, [&](int64_t, const TensorValues& values) {
    reference.values_.push_back(values);
  }));
  return reference;
}

absl::StatusOr<std::vector<LayerError>> FloatReference::Layers(const Graph& quantized,
                                                               GraphRunner& runner) const {
  std::vector<LayerError> layers;
  for (size_t n = 0; n < quantized.nodes.size(); ++n) {
    const std::string& op = quantized.nodes[n].op;
    if (op == "quantize" || op == "dequantize") continue;
    const Tensor& y = quantized.tensor(MainOutput(quantized.nodes[n].outputs));
    if (op == "requantize" && IsConvertedForm(y)) continue;
    const TensorId original = StandsFor(graph_, y);
    if (original == kNoTensor || graph_.tensor(original).shape != y.shape) continue;
    layers.push_back({n, original, {}});
  }
  std::vector<ErrorSums> sums(layers.size());
  ER_RETURN_IF_ERROR(
      runner.Run(quantized, 0, samples(), [&](int64_t sample, const TensorValues& values) {
        const TensorValues& of_float = values_[static_cast<size_t>(sample)];
        for (size_t i = 0; i < layers.size(); ++i) {
          const TensorId id = MainOutput(quantized.nodes[layers[i].node].outputs);
          const auto& original = of_float[Index(layers[i].original)];
          if (!original || !values[Index(id)]) continue;
          AddErrors(RealValues(graph_.tensor(layers[i].original), *original),
                    RealValues(quantized.tensor(id), *values[Index(id)]), sums[i]);
        }
      }));
  for (size_t i = 0; i < layers.size(); ++i) layers[i].figures = sums[i].Figures();
  return layers;
}

absl::StatusOr<std::vector<ErrorFigures>> FloatReference::Outputs(const Graph& quantized,
                                                                  GraphRunner& runner) const {
  std::vector<ErrorSums> sums(graph_.outputs.size());
  ER_RETURN_IF_ERROR(
      runner.Run(quantized, 0, samples(), [&](int64_t sample, const TensorValues& values) {
        for (size_t i = 0; i < sums.size(); ++i) {
          const Tensor& original = graph_.tensor(graph_.outputs[i]);
          const auto& reference = values_[static_cast<size_t>(sample)][Index(graph_.outputs[i])];
          const auto& given = values[Index(quantized.outputs[i])];
          if (original.dtype != DType::kF32 || !reference || !given) continue;
          AddErrors(RealValues(original, *reference),
                    RealValues(quantized.tensor(quantized.outputs[i]), *given), sums[i]);
        }
      }));
  std::vector<ErrorFigures> figures;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (graph_.tensor(graph_.outputs[i]).dtype == DType::kF32) figures.push_back(sums[i].Figures());
  }
  return figures;
}

double WorstSqnr(const std::vector<ErrorFigures>& outputs) {
  double worst = std::numeric_limits<double>::infinity();
  for (const ErrorFigures& figures : outputs) {
    if (figures.sqnr_db) worst = std::min(worst, *figures.sqnr_db);
  }
  return worst;
}

}  // namespace edgerack::compiler
