#include "server/analysis/regression.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/text/layer_name.h"
#include "server/analysis/compare.h"
#include "server/analysis/noise.h"
#include "server/analysis/quantiles.h"

namespace edgerack::analysis {
namespace {

using core::CaseJudgement;
using core::CaseState;
using core::Change;
using core::ChangeVerdict;
using core::LayerChange;
using core::MetricChange;
using core::Result;
using core::SuiteThresholds;
using Results = std::vector<Result>;

// A suite's model may become another file; its options may not, for then it is another case.
const std::set<std::string> kAllowed = {"MODEL_DIFFERS", "OPTIONS_DIFFER", "QUANTIZATION_DIFFERS"};

std::vector<double> Values(const Results& results) {
  std::vector<double> values;
  for (const Result& result : results) {
    if (const auto metric = JudgedMetricOf(result)) values.push_back(metric->value);
  }
  return values;
}

std::vector<double> LayerValues(const Results& results, size_t layer) {
  std::vector<double> values;
  for (const Result& result : results) {
    const double cost = layer < result.layers.size() ? LayerCost(result.layers[layer]) : 0;
    if (cost > 0) values.push_back(cost);
  }
  return values;
}

// The relative deviation of single inferences, in the middle of the results.
double SampleDeviation(const Results& results) {
  std::vector<double> deviations;
  for (const Result& result : results) {
    if (result.latency) deviations.push_back(RelativeDeviation(result.latency->samples_ms));
  }
  return Median(std::move(deviations));
}

// What the runs of `values` came to against the noise, at `tail`.
Change Judge(const core::SuiteNoise& noise, const std::vector<double>& values, double tail,
             double min_percent, double min_cycles) {
  const double band =
      std::max(NoiseBand(noise, static_cast<int>(values.size()), tail), min_percent / 100);
  return ChangeOf(noise.centre, Median(values), band, min_cycles);
}

struct Judged {
  Change whole;
  std::vector<LayerChange> layers;  // empty when layers cannot be compared
};

Judged JudgeRuns(const Results& baseline, const core::SuiteNoise& noise, const Results& runs,
                 double tail, double layer_tail, const SuiteThresholds& thresholds) {
  Judged judged;
  const auto min_cycles = static_cast<double>(thresholds.min_cycles);
  judged.whole = Judge(noise, Values(runs), tail, thresholds.min_percent, min_cycles);
  if (!SameLayers(baseline.back(), runs.back())) return judged;
  // Who would get up for a tenth more of a hundredth?
  const double floor =
      std::max(min_cycles, kLayerShare * thresholds.min_percent / 100 * noise.centre);
  const double guess = SampleDeviation(baseline);
  const std::vector<core::Layer>& layers = runs.back().layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    const std::vector<double> before = LayerValues(baseline, i);
    const std::vector<double> now = LayerValues(runs, i);
    if (before.empty() || now.empty()) continue;
    judged.layers.push_back(
        {static_cast<int32_t>(i), layers[i].name, layers[i].op, layers[i].kernel,
         Judge(LearnNoise(before, guess), now, layer_tail / static_cast<double>(layers.size()),
               thresholds.min_layer_percent, floor)});
  }
  return judged;
}

bool HasMoved(const Judged& judged) {
  return judged.whole.verdict != ChangeVerdict::kSame ||
         std::any_of(judged.layers.begin(), judged.layers.end(), [](const LayerChange& layer) {
           return layer.change.verdict != ChangeVerdict::kSame;
         });
}

std::string LayerText(const LayerChange& layer) {
  return absl::StrFormat("layer %d %s (%s) %+.1f %%, %+.0f cycles", layer.index,
                         ShortLayerName(layer.name), layer.op, layer.change.change_percent,
                         layer.change.value - layer.change.baseline);
}

// The layers that moved to `side`, the one that moved most first.
std::vector<LayerChange> Moved(const Judged& judged, ChangeVerdict side) {
  std::vector<LayerChange> moved;
  for (const LayerChange& layer : judged.layers) {
    if (layer.change.verdict == side) moved.push_back(layer);
  }
  std::sort(moved.begin(), moved.end(), [](const LayerChange& a, const LayerChange& b) {
    return std::fabs(a.change.value - a.change.baseline) >
           std::fabs(b.change.value - b.change.baseline);
  });
  return moved;
}

// The layer whose cycles moved most to `side`, noise or not; nullptr when none did.
const LayerChange* Largest(const Judged& judged, ChangeVerdict side) {
  const LayerChange* largest = nullptr;
  const double sign = side == ChangeVerdict::kSlower ? 1 : -1;
  const auto moved = [sign](const LayerChange& layer) {
    return sign * (layer.change.value - layer.change.baseline);
  };
  for (const LayerChange& layer : judged.layers) {
    if (moved(layer) > 0 && (largest == nullptr || moved(layer) > moved(*largest))) {
      largest = &layer;
    }
  }
  return largest;
}

void AddTimeFindings(const std::string& metric, const Judged& judged, ChangeVerdict side,
                     CaseJudgement& judgement) {
  const bool slower = side == ChangeVerdict::kSlower;
  const std::vector<LayerChange> layers = Moved(judged, side);
  if (judged.whole.verdict == side) {
    std::string message = ChangeText(metric, judged.whole);
    if (!layers.empty()) {
      absl::StrAppend(&message, ", most of it in ", LayerText(layers.front()));
    } else if (const LayerChange* largest = Largest(judged, side)) {
      absl::StrAppend(&message, ", most of it probably in ", LayerText(*largest),
                      ", which by itself is within that layer's noise");
    }
    core::SuiteFinding finding{slower ? "SLOWER" : "FASTER", slower, message, {}, {}};
    finding.metric = MetricChange{metric, judged.whole};
    judgement.findings.push_back(std::move(finding));
  }
  for (const LayerChange& layer : layers) {
    core::SuiteFinding finding{
        slower ? "LAYER_SLOWER" : "LAYER_FASTER", slower, LayerText(layer), layer, {}};
    judgement.findings.push_back(std::move(finding));
  }
}

// Sizes and accuracy repeat exactly: they need no confirmation.
void AddExactFindings(const Result& baseline, const Result& result,
                      const SuiteThresholds& thresholds, CaseJudgement& judgement) {
  const bool same_samples =
      baseline.provenance.dataset_sha256 == result.provenance.dataset_sha256 && baseline.accuracy &&
      result.accuracy && baseline.accuracy->samples == result.accuracy->samples;
  for (MetricChange& metric : OtherMetrics(baseline, result)) {
    Change& change = metric.change;
    const bool is_size = metric.metric == "arena_bytes" || metric.metric == "weights_bytes" ||
                         metric.metric == "package_bytes";
    if (is_size && change.change_percent > thresholds.min_bytes_percent) {
      change.band_percent = thresholds.min_bytes_percent;
      judgement.findings.push_back(
          {"MEMORY_GREW", true, ChangeText(metric.metric, change), {}, metric});
    }
    if (metric.metric == "top1" && same_samples &&
        change.baseline - change.value > thresholds.max_top1_loss) {
      judgement.findings.push_back(
          {"ACCURACY_LOST",
           true,
           absl::StrFormat("top-1 accuracy %.4f → %.4f", change.baseline, change.value),
           {},
           metric});
    }
  }
}

void AddLimitFindings(const Results& measured, const SuiteThresholds& thresholds,
                      CaseJudgement& judgement) {
  const Result& result = measured.back();
  const auto over = [&](const std::string& message) {
    judgement.findings.push_back({"OVER_LIMIT", true, message, {}, {}});
  };
  std::vector<double> latencies;
  for (const Result& one : measured) {
    if (one.latency && one.latency->median_ms) latencies.push_back(*one.latency->median_ms);
  }
  if (thresholds.max_latency_ms && !latencies.empty() &&
      Median(latencies) > *thresholds.max_latency_ms) {
    over(absl::StrFormat("latency %.3f ms is above the limit of %.3f ms", Median(latencies),
                         *thresholds.max_latency_ms));
  }
  if (thresholds.max_arena_bytes &&
      result.memory.arena_bytes.value_or(0) > *thresholds.max_arena_bytes) {
    over(absl::StrFormat("arena of %d B is above the limit of %d B", *result.memory.arena_bytes,
                         *thresholds.max_arena_bytes));
  }
  if (thresholds.min_top1 && result.accuracy && result.accuracy->top1 &&
      *result.accuracy->top1 < *thresholds.min_top1) {
    over(absl::StrFormat("top-1 accuracy %.4f is below the limit of %.4f", *result.accuracy->top1,
                         *thresholds.min_top1));
  }
}

// False: one of them says nothing. The finding says why.
bool AreUsable(const Results& results, CaseJudgement& judgement) {
  for (const Result& result : results) {
    if (result.verdict == core::Verdict::kInvalid) {
      judgement.findings.push_back(
          {"RESULT_INVALID",
           false,
           absl::StrCat("result ", result.id.value(), " is INVALID: ",
                        result.issues.empty() ? "" : result.issues.front().message),
           {},
           {}});
      return false;
    }
    if (!JudgedMetricOf(result)) {
      judgement.findings.push_back(
          {"RESULT_INVALID",
           false,
           absl::StrCat("result ", result.id.value(), " has neither cycles nor instructions"),
           {},
           {}});
      return false;
    }
  }
  return !results.empty();
}

void Conclude(CaseJudgement& judgement, bool few_repeats) {
  const auto& findings = judgement.findings;
  const auto has = [&](const char* code) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const core::SuiteFinding& finding) { return finding.code == code; });
  };
  judgement.state = few_repeats ? CaseState::kLearning : CaseState::kPassed;
  if (has("FASTER") || has("LAYER_FASTER")) judgement.state = CaseState::kImproved;
  if (std::any_of(findings.begin(), findings.end(),
                  [](const core::SuiteFinding& finding) { return finding.is_regression; })) {
    judgement.state = CaseState::kRegressed;
  }
}

// A change that only the first run showed.
void NoteUnconfirmed(const Judged& suspected, const Judged& confirmed, size_t runs,
                     CaseJudgement& judgement) {
  judgement.findings.push_back(
      {"NOT_CONFIRMED",
       false,
       absl::StrFormat("a change of %+.1f %% was suspected; %d more runs said %+.1f %%, within "
                       "±%.1f %%",
                       suspected.whole.change_percent, runs, confirmed.whole.change_percent,
                       confirmed.whole.band_percent),
       {},
       {}});
}

// Where a suspicion was confirmed, the layers of all the runs together say more than some.
void JudgeTime(const Results& baseline, const Results& measured, const Results& confirming,
               const SuiteThresholds& thresholds, CaseJudgement& judgement) {
  const core::SuiteNoise& noise = *judgement.noise;
  const std::string metric = JudgedMetricOf(measured.back())->name;
  const Judged suspected =
      JudgeRuns(baseline, noise, measured, kSuspectTail, kLayerSuspectTail, thresholds);
  judgement.metric = MetricChange{metric, suspected.whole};
  if (!HasMoved(suspected)) return;
  if (confirming.empty()) {
    judgement.state = CaseState::kConfirming;
    return;
  }
  const Judged confirmed =
      JudgeRuns(baseline, noise, confirming, kConfirmTail, kConfirmTail, thresholds);
  judgement.metric->change = confirmed.whole;
  Judged report = confirmed;
  for (size_t i = 0; i < report.layers.size(); ++i) {
    // A layer that nobody suspected was not asked about.
    const bool whole = confirmed.whole.verdict != ChangeVerdict::kSame;
    const bool layer = suspected.layers.size() == report.layers.size() &&
                       suspected.layers[i].change.verdict == report.layers[i].change.verdict;
    if (!whole && !layer) report.layers[i].change.verdict = ChangeVerdict::kSame;
  }
  if (confirmed.whole.verdict != suspected.whole.verdict) {
    report.whole.verdict = ChangeVerdict::kSame;
  }
  for (const ChangeVerdict side : {ChangeVerdict::kSlower, ChangeVerdict::kFaster}) {
    AddTimeFindings(metric, report, side, judgement);
  }
  if (!HasMoved(report)) NoteUnconfirmed(suspected, confirmed, confirming.size(), judgement);
}

}  // namespace

bool IsRepeat(const Result& a, const Result& b) {
  const Differences differences = DifferencesOf(a, b, {});
  // What a version says about itself does not change what is measured; package and firmware do.
  return differences.refusals.empty() &&
         std::none_of(differences.suspects.begin(), differences.suspects.end(),
                      [](const core::Difference& difference) {
                        return difference.code == "BOARD_DIFFERS" ||
                               difference.code == "FIRMWARE_DIFFERS" ||
                               difference.code == "PACKAGE_DIFFERS";
                      });
}

CaseJudgement JudgeCase(const Results& baseline, const Results& measured, const Results& confirming,
                        const SuiteThresholds& thresholds) {
  CaseJudgement judgement;
  judgement.state = CaseState::kFailed;
  if (!AreUsable(measured, judgement)) return judgement;
  if (!confirming.empty() && !AreUsable(confirming, judgement)) return judgement;
  AddLimitFindings(measured, thresholds, judgement);
  if (baseline.empty()) {
    judgement.notes.push_back("the first run of this case: later ones are held against it");
    Conclude(judgement, /*few_repeats=*/true);
    return judgement;
  }
  Differences differences = DifferencesOf(baseline.back(), measured.back(), kAllowed);
  judgement.suspects = std::move(differences.suspects);
  if (!differences.refusals.empty()) {
    judgement.findings.push_back(
        {"INPUTS_CHANGED",
         false,
         absl::StrCat("not held against the baseline: ", differences.refusals.front().message,
                      "; accept this run as the new baseline if that was meant"),
         {},
         {}});
    judgement.suspects.insert(judgement.suspects.begin(), differences.refusals.begin(),
                              differences.refusals.end());
    return judgement;
  }
  judgement.noise = LearnNoise(Values(baseline), SampleDeviation(baseline));
  AddExactFindings(baseline.back(), measured.back(), thresholds, judgement);
  JudgeTime(baseline, measured, confirming, thresholds, judgement);
  if (judgement.state == CaseState::kConfirming) return judgement;
  Conclude(judgement, judgement.noise->repeats < kFewestRepeats);
  return judgement;
}

}  // namespace edgerack::analysis
