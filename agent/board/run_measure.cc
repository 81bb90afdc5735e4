// The stages run and validate.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/board/benchmark_input.h"
#include "agent/board/run_execution.h"

namespace edgerack::agent {
namespace {

// Below this the round trip's own jitter is too large a part of the time.
constexpr int64_t kHostClockMinMs = 1'000;

}  // namespace

Task<absl::Status> RunExecution::WriteSample(int64_t sample) {
  if (inputs_ == nullptr) co_return absl::OkStatus();
  size_t sample_bytes = 0;
  for (int64_t bytes : assignment_.input_bytes) sample_bytes += static_cast<size_t>(bytes);
  size_t at = static_cast<size_t>(sample) * sample_bytes;
  for (size_t input = 0; input < assignment_.input_bytes.size(); ++input) {
    const auto bytes = static_cast<size_t>(assignment_.input_bytes[input]);
    ER_CO_RETURN_IF_ERROR(co_await session_.link().WriteInput(
        static_cast<uint16_t>(input), inputs_->bytes.substr(at, bytes), Limits()));
    at += bytes;
  }
  co_return absl::OkStatus();
}

void RunExecution::CheckHostClock(const er_run_reply_t& reply, int64_t work_ms) {
  if (!session_.spec().kind.host_clock_check || work_ms <= kHostClockMinMs || reply.clock_hz == 0 ||
      measurement_->sample_cycles.empty()) {
    return;
  }
  double cycles = 0;
  for (uint32_t sample : measurement_->sample_cycles) cycles += sample;
  // Warm-up runs took part of the same time; they are counted as the mean of the timed ones.
  const double runs = static_cast<double>(measurement_->sample_cycles.size());
  cycles *= (runs + assignment_.warmup_runs) / runs;
  const double board_ms = cycles * 1'000.0 / reply.clock_hz;
  measurement_->host_clock_ratio = board_ms / static_cast<double>(work_ms);
}

Task<absl::Status> RunExecution::Measure() {
  if (assignment_.foreign.protocol == Protocol::kMlperfTiny) {
    // Beside the link's own measurement, which tells cycles and layers.
    ER_CO_ASSIGN_OR_RETURN(std::string input, BenchmarkInput(package_->bytes, inputs_->bytes));
    ER_CO_RETURN_IF_ERROR(co_await MeasureByText(std::move(input)));
  }
  ER_CO_RETURN_IF_ERROR(co_await WriteSample(0));
  er_run_request_t request{};
  request.warmup = static_cast<uint16_t>(assignment_.warmup_runs);
  request.samples = static_cast<uint16_t>(assignment_.timed_runs);
  request.layers = ER_WIRE_ALL_LAYERS;
  request.flags = ER_RUN_RESET_STATE;
  request.extra_counter = session_.spec().kind.extra_counter;
  ER_CO_ASSIGN_OR_RETURN(er_run_reply_t run, co_await session_.link().Run(request, Limits()));
  const int64_t work_ms = session_.link().last_work_ms();
  run_ms_ = work_ms;
  run_count_ = assignment_.warmup_runs + assignment_.timed_runs;
  Measurement& m = *measurement_;
  m.clock_hz = run.clock_hz;
  m.timer_overhead_cycles = run.timer_overhead;
  m.settings = run.settings;
  if (request.extra_counter != 0) {
    m.extra_counts = run.extra_counts;
    m.extra_unit = session_.spec().kind.extra_counter_unit;
  }
  ER_CO_ASSIGN_OR_RETURN(m.sample_cycles,
                         co_await session_.link().ReadSamples(request.samples, Limits()));
  CheckHostClock(run, work_ms);
  // Before the profile: the stack's high-water mark is that of a plain run.
  ER_CO_ASSIGN_OR_RETURN(er_memory_reply_t memory, co_await session_.link().Memory(Limits()));
  m.stack_bytes = memory.stack_used_bytes;
  m.stack_capacity_bytes = memory.stack_capacity_bytes;
  m.code_bytes = memory.code_bytes;
  m.data_bytes = memory.data_bytes;
  m.arena_capacity_bytes = memory.arena_capacity_bytes;
  ER_CO_RETURN_IF_ERROR(co_await Profile());
  co_return co_await SampleFunctions();
}

Task<absl::Status> RunExecution::Profile() {
  Measurement& m = *measurement_;
  ER_CO_ASSIGN_OR_RETURN(
      er_profile_reply_t profile,
      co_await session_.link().Profile(session_.spec().kind.extra_counter, Limits()));
  m.profiled_total_cycles = profile.total_cycles;
  m.profiler_overhead_cycles = profile.profiler_overhead;
  ER_CO_ASSIGN_OR_RETURN(m.layers, co_await session_.link().ReadProfile(profile.layers, Limits()));
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::Validate() {
  if (inputs_ == nullptr || assignment_.samples == 0) {
    Skip();
    co_return absl::OkStatus();
  }
  Measurement& m = *measurement_;
  er_run_request_t request{};
  request.samples = 1;
  request.layers = ER_WIRE_ALL_LAYERS;
  for (int64_t sample = 0; sample < assignment_.samples; ++sample) {
    ER_CO_RETURN_IF_ERROR(co_await WriteSample(sample));
    // Where a package carries its state on, the samples are one sequence from here.
    request.flags = sample == 0 ? ER_RUN_RESET_STATE : 0;
    auto run = co_await session_.link().Run(request, Limits());
    ER_CO_RETURN_IF_ERROR(run.status());
    for (const TensorSlice& output : assignment_.outputs) {
      ER_CO_ASSIGN_OR_RETURN(std::string bytes, co_await session_.link().ReadTensor(
                                                    static_cast<uint16_t>(output.tensor),
                                                    static_cast<uint32_t>(output.bytes), Limits()));
      m.outputs += bytes;
    }
    ++m.samples;
    SetProgress(static_cast<double>(sample + 1) / static_cast<double>(assignment_.samples));
  }
  co_return co_await Trace();
}

}  // namespace edgerack::agent
