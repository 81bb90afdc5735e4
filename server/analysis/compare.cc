#include "server/analysis/compare.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/text/layer_name.h"
#include "server/analysis/noise.h"
#include "server/analysis/quantiles.h"

namespace edgerack::analysis {
namespace {

using core::Change;
using core::ChangeVerdict;
using core::LayerChange;
using core::MetricChange;
using core::Result;

// A change that is larger came about by chance once in a thousand times, if the guess is right.
constexpr double kTail = 0.001;
// Of the guess: the samples of both results.
constexpr double kGuessedDegrees = 20;

// How far apart two medians may lie by chance, as a share, going by the samples within each.
double GuessedBand(const Result& a, const Result& b) {
  double variance = 0;
  for (const Result* result : {&a, &b}) {
    if (!result->latency) continue;
    const auto n = static_cast<int>(result->latency->samples_ms.size());
    const double deviation = RelativeDeviation(result->latency->samples_ms);
    variance += deviation * deviation * MedianVariance(n);
  }
  return StudentQuantile(kGuessedDegrees, kTail) * std::sqrt(variance);
}

// The same of a layer, which was measured once.
double GuessedLayerBand(const Result& a, const Result& b) {
  double variance = 0;
  for (const Result* result : {&a, &b}) {
    if (!result->latency) continue;
    variance += std::pow(RelativeDeviation(result->latency->samples_ms), 2);
  }
  return StudentQuantile(kGuessedDegrees, kTail) * std::sqrt(variance);
}

void AddIf(std::vector<MetricChange>& metrics, const char* name, const auto& baseline,
           const auto& value) {
  if (!baseline || !value) return;
  metrics.push_back({name, ChangeOf(static_cast<double>(*baseline), static_cast<double>(*value),
                                    /*band=*/0, /*floor=*/0)});
  metrics.back().change.verdict = ChangeVerdict::kSame;
}

std::string Grouped(double value) {
  std::string digits = absl::StrFormat("%.0f", value);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

std::string SummaryOf(const core::ResultComparison& comparison) {
  if (!comparison.refusals.empty()) {
    return "not compared: " + comparison.refusals.front().message;
  }
  const MetricChange& judged = comparison.metrics.front();
  std::string text = ChangeText(judged.metric, judged.change);
  if (judged.change.verdict == ChangeVerdict::kSame) {
    absl::StrAppendFormat(&text, ", within ±%.1f %%", judged.change.band_percent);
  }
  const LayerChange* most = nullptr;
  for (const LayerChange& layer : comparison.layers) {
    if (layer.change.verdict == ChangeVerdict::kSame) continue;
    const auto moved = [](const LayerChange& l) {
      return std::fabs(l.change.value - l.change.baseline);
    };
    if (most == nullptr || moved(layer) > moved(*most)) most = &layer;
  }
  if (most != nullptr) {
    absl::StrAppendFormat(&text, "; most in layer %d %s (%s, %+.1f %%)", most->index,
                          ShortLayerName(most->name), most->op, most->change.change_percent);
  }
  return text;
}

}  // namespace

std::optional<JudgedMetric> JudgedMetricOf(const Result& result) {
  if (result.cycles && result.cycles->median.value_or(0) > 0) {
    return JudgedMetric{"cycles", static_cast<double>(*result.cycles->median)};
  }
  if (result.instructions.value_or(0) > 0) {
    return JudgedMetric{"instructions", static_cast<double>(*result.instructions)};
  }
  return std::nullopt;
}

double LayerCost(const core::Layer& layer) {
  if (layer.cycles) return static_cast<double>(*layer.cycles);
  return static_cast<double>(layer.instructions.value_or(0));
}

bool SameLayers(const Result& a, const Result& b) {
  return std::equal(
      a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
      [](const core::Layer& x, const core::Layer& y) { return x.op == y.op && x.name == y.name; });
}

Change ChangeOf(double baseline, double value, double band, double floor) {
  Change change;
  change.baseline = baseline;
  change.value = value;
  if (baseline <= 0) return change;
  const double difference = value - baseline;
  change.change_percent = 100 * difference / baseline;
  change.band_percent = 100 * std::max(band, floor / baseline);
  if (std::fabs(change.change_percent) <= change.band_percent) return change;
  change.verdict = difference > 0 ? ChangeVerdict::kSlower : ChangeVerdict::kFaster;
  return change;
}

std::vector<MetricChange> OtherMetrics(const Result& baseline, const Result& result) {
  std::vector<MetricChange> metrics;
  if (baseline.latency && result.latency) {
    AddIf(metrics, "latency_ms", baseline.latency->median_ms, result.latency->median_ms);
  }
  AddIf(metrics, "arena_bytes", baseline.memory.arena_bytes, result.memory.arena_bytes);
  AddIf(metrics, "weights_bytes", baseline.memory.weights_bytes, result.memory.weights_bytes);
  AddIf(metrics, "package_bytes", baseline.memory.package_bytes, result.memory.package_bytes);
  AddIf(metrics, "stack_bytes", baseline.memory.stack_bytes, result.memory.stack_bytes);
  if (baseline.accuracy && result.accuracy) {
    AddIf(metrics, "top1", baseline.accuracy->top1, result.accuracy->top1);
  }
  return metrics;
}

std::string ChangeText(const std::string& metric, const Change& change) {
  return absl::StrFormat("%s %s → %s, %+.1f %%", metric, Grouped(change.baseline),
                         Grouped(change.value), change.change_percent);
}

core::ResultComparison CompareResults(const Result& baseline, const Result& result,
                                      const std::set<std::string>& allow,
                                      const core::SuiteThresholds& thresholds) {
  core::ResultComparison comparison;
  comparison.baseline = baseline.id;
  comparison.result = result.id;
  Differences differences = DifferencesOf(baseline, result, allow);
  comparison.refusals = std::move(differences.refusals);
  comparison.differences = std::move(differences.suspects);
  if (!comparison.refusals.empty()) {
    comparison.summary = SummaryOf(comparison);
    return comparison;
  }
  const auto before = JudgedMetricOf(baseline);
  const auto after = JudgedMetricOf(result);
  const auto min_cycles = static_cast<double>(thresholds.min_cycles);
  const double band = std::max(GuessedBand(baseline, result), thresholds.min_percent / 100);
  comparison.metrics.push_back(
      {before->name, ChangeOf(before->value, after->value, band, min_cycles)});
  comparison.verdict = comparison.metrics.front().change.verdict;
  for (MetricChange& metric : OtherMetrics(baseline, result)) {
    comparison.metrics.push_back(std::move(metric));
  }
  if (SameLayers(baseline, result)) {
    const double layer_band =
        std::max(GuessedLayerBand(baseline, result), thresholds.min_layer_percent / 100);
    for (size_t i = 0; i < result.layers.size(); ++i) {
      const core::Layer& layer = result.layers[i];
      const double cost = LayerCost(baseline.layers[i]);
      if (cost <= 0) continue;
      comparison.layers.push_back({static_cast<int32_t>(i), layer.name, layer.op, layer.kernel,
                                   ChangeOf(cost, LayerCost(layer), layer_band, min_cycles)});
    }
  }
  comparison.summary = SummaryOf(comparison);
  return comparison;
}

}  // namespace edgerack::analysis
