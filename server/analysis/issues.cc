#include "server/analysis/issues.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/analysis/timing.h"

namespace edgerack::analysis {
namespace {

using core::Verdict;

class Collector {
 public:
  void Add(Verdict verdict, const char* code, std::string message) {
    findings_.issues.push_back({code, std::move(message)});
    findings_.verdict = std::max(findings_.verdict, verdict);
  }
  Findings Take() { return std::move(findings_); }

 private:
  Findings findings_;
};

void JudgeClock(const core::Measurement& measurement, bool is_virtual, Collector& to) {
  if (measurement.settings.clock_fallback) {
    to.Add(Verdict::kDegraded, "CLOCK_FALLBACK",
           "the intended clock did not come up and the chip ran from its fallback; look at the "
           "crystal or the probe's clock output");
  }
  if (!measurement.host_clock_ratio) {
    to.Add(is_virtual ? Verdict::kValid : Verdict::kDegraded, "CLOCK_NOT_CHECKED",
           is_virtual ? "the board's time is modelled, so no other clock can check it"
                      : "the board's clock was not checked against another one");
  } else if (!(std::abs(*measurement.host_clock_ratio - 1) <= kClockTolerance)) {
    to.Add(Verdict::kDegraded, "CLOCK_MISMATCH",
           absl::StrFormat("the board's clock runs at %.3f of what it says, by the agent's clock; "
                           "look at the crystal's frequency in the board file",
                           *measurement.host_clock_ratio));
  }
}

void JudgeFrequency(int64_t clock_hz, int64_t max_clock_hz, Collector& to) {
  if (max_clock_hz <= 0 || clock_hz <= max_clock_hz) return;
  to.Add(Verdict::kDegraded, "CLOCK_OUT_OF_SPEC",
         absl::StrFormat("the core ran at %.0f MHz, its maker allows %.0f MHz; it may work on one "
                         "chip and not on another",
                         static_cast<double>(clock_hz) / 1e6,
                         static_cast<double>(max_clock_hz) / 1e6));
}

void JudgeSettings(const core::RunSettings& settings, const Expectations& expected, Collector& to) {
  if (settings.debug_build) {
    to.Add(Verdict::kDegraded, "DEBUG_BUILD",
           "the firmware is a debug build; its times mean little");
  }
  if (expected.has_caches && !(settings.icache && settings.dcache)) {
    const char* which = settings.icache   ? "data cache"
                        : settings.dcache ? "instruction cache"
                                          : "instruction cache and data cache";
    to.Add(Verdict::kDegraded, "CACHES_OFF",
           absl::StrCat("the core ran with its ", which,
                        " off; its times cannot be compared with others"));
  }
  if (expected.has_fpu && !settings.fpu) {
    to.Add(Verdict::kDegraded, "FPU_OFF",
           "the core ran with its floating-point unit off; its times cannot be compared with "
           "others");
  }
}

// Inputs that differ and outputs that do not: the model was not computed, or answers always alike.
void JudgeConstant(const Comparison& comparison, const Expectations& expected, Collector& to) {
  if (!comparison.constant || !expected.inputs_differ || comparison.samples < kFewestForConstant) {
    return;
  }
  const std::string what =
      absl::StrCat("all ", comparison.samples, " samples gave the same output bytes on the board");
  if (comparison.constant_reference) {
    to.Add(Verdict::kValid, "CONSTANT_OUTPUTS",
           what +
               " and on the host: if the samples are not all of one kind, the model answers "
               "always alike; look at the range of its inputs and at its calibration");
  } else {
    to.Add(Verdict::kInvalid, "CONSTANT_OUTPUTS",
           what +
               ", not on the host: the board did not compute with these inputs and weights; "
               "memory without power or clock, or memory that a bus master may not read, looks "
               "so");
  }
}

void JudgeProfile(const core::Measurement& measurement, const core::CompileReport& report,
                  Collector& to) {
  const auto layers = static_cast<int64_t>(measurement.layers.size());
  if (measurement.layers.size() != report.layers.size()) {
    to.Add(Verdict::kDegraded, "PROFILE_INCOMPLETE",
           absl::StrCat("the profile has ", layers, " layers, the model ", report.layers.size()));
    return;
  }
  if (layers == 0) return;
  int64_t sum = 0;
  for (const auto& layer : measurement.layers) sum += layer.cycles;
  const int64_t total =
      measurement.profiled_total_cycles - layers * measurement.profiler_overhead_cycles;
  const int64_t gap = std::abs(total - sum);
  if (static_cast<double>(gap) > kProfileGap * static_cast<double>(std::max<int64_t>(total, 1)) &&
      gap > layers * kUnprofiledCyclesPerLayer) {
    to.Add(
        Verdict::kDegraded, "PROFILE_INCOMPLETE",
        absl::StrCat("the layers add up to ", sum, " cycles, the whole profiled run to ", total));
  }
}

void JudgeSpread(double spread, Collector& to) {
  if (spread <= kUnstableSpread) return;
  to.Add(Verdict::kDegraded, "UNSTABLE_TIMING",
         absl::StrFormat("the timed runs differ by %.1f %% of their median; look for interrupts "
                         "or a changing clock",
                         100 * spread));
}

}  // namespace

Findings JudgeForeign(const core::Measurement& measurement, double spread, bool is_virtual,
                      bool is_timed) {
  Collector to;
  JudgeSpread(spread, to);
  if (is_timed) JudgeClock(measurement, is_virtual, to);
  return to.Take();
}

Findings Judge(const core::Measurement& measurement, const core::CompileReport& report,
               const std::optional<core::Cycles>& cycles, const Comparison& comparison,
               const Expectations& expected) {
  Collector to;
  if (cycles) JudgeSpread(Spread(*cycles), to);
  if (expected.is_timed) {
    JudgeClock(measurement, expected.is_virtual, to);
    JudgeFrequency(measurement.clock_hz, expected.max_clock_hz, to);
    JudgeSettings(measurement.settings, expected, to);
  }
  JudgeConstant(comparison, expected, to);
  JudgeProfile(measurement, report, to);
  const double tolerance =
      expected.must_be_exact ? 0 : kFloatTolerance * std::max(comparison.max_abs_reference, 1e-6);
  const int64_t differ = comparison.samples - comparison.bit_exact;
  if (differ > 0 && (expected.must_be_exact || comparison.max_abs_error > tolerance)) {
    to.Add(Verdict::kInvalid, "BOARD_HOST_MISMATCH",
           absl::StrFormat("%d of %d samples differ between board and host, by up to %g; the board "
                           "did not compute this model",
                           differ, comparison.samples, comparison.max_abs_error));
  }
  return to.Take();
}

}  // namespace edgerack::analysis
