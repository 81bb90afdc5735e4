#include "server/analysis/make_foreign_result.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/analysis/issues.h"
#include "server/analysis/timing.h"

namespace edgerack::analysis {
namespace {

// The rules of MLPerf Tiny's performance mode.
constexpr int64_t kWindowUs = 10'000'000;
constexpr int64_t kWindowInferences = 10;
constexpr size_t kWindows = 5;

double PerSecond(const core::InferenceWindow& window) {
  if (window.elapsed_us <= 0) return 0;
  return static_cast<double>(window.inferences) * 1e6 / static_cast<double>(window.elapsed_us);
}

core::Throughput ThroughputOf(const core::Measurement& measurement) {
  core::Throughput throughput;
  std::vector<double> sorted;
  for (const core::InferenceWindow& window : measurement.windows) {
    sorted.push_back(PerSecond(window));
    throughput.windows.push_back(
        {window.inferences, static_cast<double>(window.elapsed_us) / 1e6, sorted.back()});
  }
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  throughput.median_per_s = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  throughput.results = measurement.reported_results;
  return throughput;
}

void AddIssue(const char* code, std::string message, core::Result& result) {
  result.issues.push_back({code, std::move(message)});
  result.verdict = std::max(result.verdict, core::Verdict::kDegraded);
}

void JudgeWindows(const core::Measurement& measurement, core::Result& result) {
  const auto& windows = measurement.windows;
  const auto shortest =
      std::min_element(windows.begin(), windows.end(),
                       [](const auto& a, const auto& b) { return a.elapsed_us < b.elapsed_us; });
  const auto fewest =
      std::min_element(windows.begin(), windows.end(),
                       [](const auto& a, const auto& b) { return a.inferences < b.inferences; });
  if (windows.size() >= kWindows && shortest->elapsed_us >= kWindowUs &&
      fewest->inferences >= kWindowInferences) {
    return;
  }
  AddIssue("WINDOW_TOO_SHORT",
           absl::StrFormat("%d windows, the shortest of %.3f s, the smallest of %d inferences; "
                           "MLPerf Tiny wants 5 of at least 10 s and 10 inferences: leave out "
                           "options windows and window_s",
                           windows.size(), static_cast<double>(shortest->elapsed_us) / 1e6,
                           fewest->inferences),
           result);
}

// Of one inference each: of a window its mean.
std::vector<double> SamplesMs(const core::Measurement& measurement) {
  std::vector<double> samples;
  for (const core::InferenceWindow& window : measurement.windows) {
    samples.push_back(static_cast<double>(window.elapsed_us) / 1e3 /
                      static_cast<double>(std::max<int64_t>(window.inferences, 1)));
  }
  for (double us : measurement.logged_us) samples.push_back(us / 1e3);
  return samples;
}

void AddLoggedCycles(const core::Measurement& measurement, bool estimated, core::Result& result) {
  std::vector<double> sorted = measurement.logged_cycles;
  if (sorted.empty()) return;
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  result.cycles =
      core::Cycles{estimated, static_cast<int64_t>((sorted[(n - 1) / 2] + sorted[n / 2]) / 2),
                   static_cast<int64_t>(sorted.front()), static_cast<int64_t>(sorted.back())};
}

}  // namespace

void AddForeign(const RunFacts& facts, const core::Measurement& measurement, core::Result& result) {
  result.provenance.firmware_sha256 = facts.spec.firmware.value();
  if (facts.spec.protocol != core::Protocol::kLink || !facts.spec.firmware.empty()) {
    result.provenance.protocol = core::ProtocolName(facts.spec.protocol);
  }
  result.provenance.firmware_says = measurement.said;
  // Where the board's time says nothing about a chip, neither do its windows.
  if (measurement.windows.empty() || !facts.firmware.cycle_counter) return;
  result.throughput = ThroughputOf(measurement);
  JudgeWindows(measurement, result);
}

absl::StatusOr<core::Result> MakeForeignResult(const RunFacts& facts,
                                               const core::Measurement& measurement) {
  const bool is_virtual = facts.board.is_virtual.value_or(false);
  core::Result result = BeginResult(facts, measurement);
  if (facts.firmware.cycle_counter) {
    AddLoggedCycles(measurement, is_virtual, result);
    const std::vector<double> samples = SamplesMs(measurement);
    if (!samples.empty()) result.latency = LatencyOf(samples, is_virtual);
  }
  const bool measured = !measurement.sample_cycles.empty() || !measurement.windows.empty() ||
                        !measurement.logged_us.empty() || !measurement.logged_cycles.empty();
  if (!measured) {
    return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_MEASUREMENT",
                     "the agent returned no times of the image; agent and server probably differ "
                     "in version");
  }
  if (measurement.extra_unit == "instructions") result.instructions = measurement.extra_counts;
  if (measurement.code_bytes > 0) result.memory.code_bytes = measurement.code_bytes;
  if (measurement.stack_bytes > 0) result.memory.stack_bytes = measurement.stack_bytes;
  result.stages = facts.stages;
  core::Provenance& provenance = result.provenance;
  provenance.dataset_sha256 = facts.spec.dataset.value();
  provenance.firmware_build_id = measurement.firmware_build_id;
  provenance.server_version = facts.server_version;
  provenance.agent_version = measurement.agent_version;
  provenance.board_uid = measurement.uid;
  provenance.options = facts.spec.options;
  provenance.warmup_runs = facts.options.warmup_runs;
  const double spread = result.latency ? Spread(*result.latency) : 0;
  Findings findings = JudgeForeign(measurement, spread, is_virtual, facts.firmware.cycle_counter);
  result.verdict = findings.verdict;
  result.issues = std::move(findings.issues);
  AddForeign(facts, measurement, result);
  return result;
}

}  // namespace edgerack::analysis
