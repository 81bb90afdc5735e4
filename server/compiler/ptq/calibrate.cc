#include "server/compiler/ptq/calibrate.h"

namespace edgerack::compiler {

absl::StatusOr<GraphStatistics> Calibrate(const Graph& graph, GraphRunner& runner,
                                          const Progress& progress) {
  GraphStatistics statistics(graph.tensors.size());
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const Tensor& t = graph.tensors[i];
    if (t.dtype != DType::kF32 || t.constant()) continue;
    statistics[i].emplace(t.shape.empty() ? 1 : t.shape.back());
  }
  const int64_t samples = runner.samples();
  ER_RETURN_IF_ERROR(runner.Run(graph, 0, samples, [&](int64_t sample, const TensorValues& values) {
    for (size_t i = 0; i < statistics.size(); ++i) {
      if (statistics[i] && values[i]) statistics[i]->Add(*values[i]);
    }
    progress(sample + 1, samples);
  }));
  return statistics;
}

}  // namespace edgerack::compiler
