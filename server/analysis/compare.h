// Two results side by side: whether they measured the same thing under the same conditions, and
// what changed. Pure functions.
#ifndef SERVER_ANALYSIS_COMPARE_H_
#define SERVER_ANALYSIS_COMPARE_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/comparison.h"
#include "server/core/result.h"
#include "server/core/suite.h"

namespace edgerack::analysis {

// Fields of the two that are not the same. Refused (docs/suites.md explains each):
//   RESULT_INVALID, ESTIMATED_BESIDE_MEASURED, NO_COMMON_METRIC, BOARD_KIND_DIFFERS, MODEL_DIFFERS,
//   QUANTIZATION_DIFFERS, OPTIONS_DIFFER, CLOCK_DIFFERS, CACHES_DIFFER, FPU_DIFFERS,
//   PLACEMENT_DIFFERS, FIRMWARE_IMAGE_DIFFERS;
// named as suspects:
//   BOARD_DIFFERS, FIRMWARE_DIFFERS, COMPILER_DIFFERS, PACKAGE_DIFFERS, KERNELS_DIFFER,
//   SERVER_DIFFERS, AGENT_DIFFERS, DATASET_DIFFERS, LAYERS_DIFFER, ISSUES_DIFFER.
// A refusal whose code is in `allow` becomes a suspect.
struct Differences {
  std::vector<core::Difference> refusals;
  std::vector<core::Difference> suspects;
};
Differences DifferencesOf(const core::Result& baseline, const core::Result& result,
                          const std::set<std::string>& allow);

// What a result is judged by: "cycles", or "instructions" on a board without a cycle counter; empty
// when it has neither.
struct JudgedMetric {
  std::string name;
  double value = 0;
};
std::optional<JudgedMetric> JudgedMetricOf(const core::Result& result);
// The same of one layer; 0 when it is not known.
double LayerCost(const core::Layer& layer);
// Layers are the same ones: as many, with the same operators and names.
bool SameLayers(const core::Result& a, const core::Result& b);

// `value` beside `baseline`; a change is one where it exceeds both the band (a share of the
// baseline) and `floor`, which is in the value's unit.
core::Change ChangeOf(double baseline, double value, double band, double floor);
// Everything else that both have: latency_ms, memory sizes, top1. Without judgement.
std::vector<core::MetricChange> OtherMetrics(const core::Result& baseline,
                                             const core::Result& result);
// "12,345 cycles, +4.1 %".
std::string ChangeText(const std::string& metric, const core::Change& change);

// One result beside another. How much they may differ by chance is guessed from the samples within
// each; what repeats would teach is not known here.
core::ResultComparison CompareResults(const core::Result& baseline, const core::Result& result,
                                      const std::set<std::string>& allow,
                                      const core::SuiteThresholds& thresholds = {});

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_COMPARE_H_
