#include "server/compiler/app/calibration_runner.h"

#include <algorithm>

#include "server/compiler/app/host_execution.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {

namespace {

// The tensors of `graph` that have the names of `ran`'s, which passes renumber.
std::vector<TensorId> ByName(const Graph& graph, const Graph& ran) {
  std::vector<TensorId> ids;
  for (const Tensor& tensor : ran.tensors) ids.push_back(graph.Find(tensor.name));
  return ids;
}

}  // namespace

CalibrationRunner::CalibrationRunner(const CalibrationData& data, const Graph& graph,
                                     bool carry_state, Clock& clock)
    : samples_(data.samples), carry_state_(carry_state), clock_(clock) {
  for (int64_t sample = 0; sample < samples_; ++sample) {
    for (size_t i = 0; i < data.inputs.size(); ++i) {
      const DType dtype = graph.tensor(graph.inputs[i]).dtype;
      const CalibrationInput& input = data.inputs[i];
      for (int64_t e = 0; e < input.elements; ++e) {
        const float value = input.values[static_cast<size_t>(sample * input.elements + e)];
        AppendDouble(dtype, static_cast<double>(value), inputs_);
      }
    }
  }
  sample_bytes_ = samples_ == 0 ? 0 : static_cast<int64_t>(inputs_.size()) / samples_;
}

absl::Status CalibrationRunner::Run(const Graph& graph, int64_t first, int64_t count,
                                    const Visit& visit) {
  Graph runnable = graph;
  ER_RETURN_IF_ERROR(MakeRunnable(runnable, clock_));
  ER_ASSIGN_OR_RETURN(Executable executable, ForThisMachine(runnable, carry_state_));
  const std::vector<TensorId> ids = ByName(graph, runnable);
  const int64_t trace = std::max<int64_t>(TraceBytes(executable.traced.package), 1);
  const int64_t part = carry_state_ ? count : std::clamp<int64_t>(kTraceBytes / trace, 1, count);
  for (int64_t begin = first; begin < first + count; begin += part) {
    const int64_t samples = std::min(part, first + count - begin);
    const std::string inputs = inputs_.substr(static_cast<size_t>(begin * sample_bytes_),
                                              static_cast<size_t>(samples * sample_bytes_));
    ER_ASSIGN_OR_RETURN(auto run, TracedRun::Make(executable.bytes, inputs, samples, "reference"));
    for (int64_t i = 0; i < samples; ++i) {
      ER_ASSIGN_OR_RETURN(std::string bytes, run->Trace(i));
      const std::string_view all = inputs;
      const auto at = static_cast<size_t>(i * sample_bytes_);
      TensorValues values =
          ValuesOf(executable.traced, all.substr(at, static_cast<size_t>(sample_bytes_)), bytes);
      TensorValues by_tensor(graph.tensors.size());
      for (size_t t = 0; t < values.size(); ++t) {
        if (ids[t] != kNoTensor) by_tensor[Index(ids[t])] = std::move(values[t]);
      }
      visit(begin + i, by_tensor);
    }
  }
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
