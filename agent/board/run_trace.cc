// The layers one by one, in the stage validate: the first whose output is not the host's is where
// a wrong result begins.
#include "agent/board/layer_outputs.h"
#include "agent/board/run_execution.h"

namespace edgerack::agent {
namespace {

// Outputs that differ are read back for whoever looks for the cause; a large model that is wrong
// from its first layer on could hold the board for hours.
constexpr int64_t kMostTraceBytes = 4 << 20;

size_t OutputsOf(const std::vector<std::vector<TensorSlice>>& layers) {
  size_t outputs = 0;
  for (const auto& layer : layers) outputs += layer.size();
  return outputs;
}

uint32_t LittleEndian32(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

// What the board ran, output by output; `expected` are the host's CRCs from `at` on.
Task<absl::Status> RunExecution::TraceLayer(uint16_t layer, const std::vector<TensorSlice>& outputs,
                                            int64_t sample, size_t at) {
  BoardTrace& trace = *measurement_->trace;
  const uint16_t flags = sample == 0 && layer == 0 ? ER_RUN_RESET_STATE : 0;
  ER_CO_ASSIGN_OR_RETURN(std::vector<uint32_t> crc32,
                         co_await session_.link().Step(layer, flags, Limits()));
  if (crc32.size() != outputs.size()) {
    co_return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_REPLY",
                        "the board told of " + std::to_string(crc32.size()) + " outputs of layer " +
                            std::to_string(layer) + ", the package has " +
                            std::to_string(outputs.size()) +
                            "; agent and firmware may be from different releases");
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    trace.crc32.push_back(crc32[i]);
    if (crc32[i] == LittleEndian32(trace_->bytes, (at + i) * 4) || outputs[i].tensor < 0) continue;
    trace_bytes_ += outputs[i].bytes;
    if (trace_bytes_ > kMostTraceBytes) {
      trace.note = "of the outputs that differ only the first " + std::to_string(kMostTraceBytes) +
                   " bytes were read from the board";
      continue;
    }
    ER_CO_ASSIGN_OR_RETURN(
        std::string bytes,
        co_await session_.link().ReadTensor(static_cast<uint16_t>(outputs[i].tensor),
                                            static_cast<uint32_t>(outputs[i].bytes), Limits()));
    trace.differing.push_back({sample, layer, static_cast<int32_t>(i), std::move(bytes)});
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::Trace() {
  if (trace_ == nullptr) co_return absl::OkStatus();
  ER_CO_ASSIGN_OR_RETURN(const auto layers, LayerOutputs(package_->bytes));
  const size_t outputs = OutputsOf(layers);
  const auto samples = static_cast<size_t>(assignment_.trace_samples);
  if (trace_->bytes.size() != samples * outputs * 4) {
    co_return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_ASSIGNMENT",
                        "the server's assignment " + assignment_.key.run_id.value() + " has " +
                            std::to_string(trace_->bytes.size()) + " bytes of CRCs for " +
                            std::to_string(samples) + " samples of " + std::to_string(outputs) +
                            " layer outputs");
  }
  BoardTrace& trace = measurement_->trace.emplace();
  size_t at = 0;
  for (size_t sample = 0; sample < samples; ++sample) {
    ER_CO_RETURN_IF_ERROR(co_await WriteSample(static_cast<int64_t>(sample)));
    for (size_t layer = 0; layer < layers.size(); ++layer) {
      absl::Status status = co_await TraceLayer(static_cast<uint16_t>(layer), layers[layer],
                                                static_cast<int64_t>(sample), at);
      if (absl::IsUnimplemented(status)) {
        // What was measured stays worth having; only a board without a probe keeps its firmware.
        trace = {};
        trace.note = "the board's firmware does not know STEP; flash the one of this release";
        co_return absl::OkStatus();
      }
      ER_CO_RETURN_IF_ERROR(status);
      at += layers[layer].size();
    }
    trace.samples = static_cast<int64_t>(sample) + 1;
    SetProgress(static_cast<double>(sample + 1) / static_cast<double>(samples));
  }
  co_return absl::OkStatus();
}

}  // namespace edgerack::agent
