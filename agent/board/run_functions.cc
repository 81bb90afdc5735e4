// Which functions the time goes to: the program counter, sampled by the debug probe while the model
// runs again and again.
#include <algorithm>

#include "agent/board/function_table.h"
#include "agent/board/run_execution.h"
#include "base/files.h"

namespace edgerack::agent {
namespace {

// What a sample and the probe's start cost on a slow one; the board must be at work for so long.
constexpr int64_t kSampleMs = 3;
constexpr int64_t kProbeStartMs = 2'500;
constexpr size_t kMostListBytes = 1 << 20;

}  // namespace

Task<absl::Status> RunExecution::SampleFunctions() {
  if (assignment_.function_samples == 0) co_return absl::OkStatus();
  const std::filesystem::path list =
      session_.spec().FirmwareElf(variant_).parent_path() / "functions";
  ER_CO_ASSIGN_OR_RETURN(const std::string text, ReadFile(list, kMostListBytes));
  ER_CO_ASSIGN_OR_RETURN(const FunctionTable table, FunctionTable::Parse(text));

  const int64_t wanted_ms = kProbeStartMs + kSampleMs * assignment_.function_samples;
  er_run_request_t request{};
  // Warm-up runs, because nothing of them is wanted but that they take time.
  request.warmup = static_cast<uint16_t>(
      std::clamp<int64_t>(wanted_ms * run_count_ / std::max<int64_t>(run_ms_, 1), 1, UINT16_MAX));
  request.samples = 1;
  request.layers = ER_WIRE_ALL_LAYERS;
  request.flags = ER_RUN_RESET_STATE;
  absl::StatusOr<std::vector<uint32_t>> counters =
      MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "NO_PC_SAMPLES",
                "the board ran, but the word that it began was lost; run again");
  // Named, because GCC 12 destroys a capturing temporary of a co_await expression twice.
  LinkClient::Meanwhile sample = [this, &counters]() -> Task<void> {
    counters = co_await session_.SampleProgramCounter(
        static_cast<int>(assignment_.function_samples), deadline_ms_);
  };
  auto run = co_await session_.link().Run(request, Limits(), &sample);
  ER_CO_RETURN_IF_ERROR(run.status());
  ER_CO_RETURN_IF_ERROR(counters.status());
  measurement_->functions = table.Count(*counters);
  co_return absl::OkStatus();
}

}  // namespace edgerack::agent
