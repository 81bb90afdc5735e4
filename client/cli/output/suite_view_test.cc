#include "client/cli/output/suite_view.h"

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

v1::Change ChangeOf(double baseline, double value, double band, v1::Change::Verdict verdict) {
  v1::Change change;
  change.set_baseline(baseline);
  change.set_value(value);
  change.set_change_percent(100 * (value - baseline) / baseline);
  change.set_band_percent(band);
  change.set_verdict(verdict);
  return change;
}

TEST(RenderSuiteRun, ShowsCasesAndWhatWasFound) {
  v1::SuiteRun run;
  run.set_suite("suites/nightly");
  run.set_number(7);
  run.set_id("run7");
  run.set_state(v1::SuiteRun::REGRESSED);
  run.set_summary("0 of 1 passed");
  v1::SuiteCase* slow = run.add_cases();
  slow->set_key("digits/f7/default");
  slow->set_state(v1::SuiteCase::REGRESSED);
  slow->mutable_metric()->set_metric("cycles");
  *slow->mutable_metric()->mutable_change() = ChangeOf(265'000, 275'600, 1.9, v1::Change::SLOWER);
  slow->mutable_noise()->set_repeats(40);
  v1::SuiteFinding* finding = slow->add_findings();
  finding->set_code("SLOWER");
  finding->set_message("4 % slower");
  v1::Difference* suspect = slow->add_suspects();
  suspect->set_code("FIRMWARE_DIFFERS");
  suspect->set_message("another build");
  const std::string text = RenderSuiteRun(run);
  EXPECT_NE(text.find("suites/nightly, run 7 (run7): REGRESSED"), std::string::npos);
  EXPECT_NE(text.find("275,600 cycles  +4.0 %"), std::string::npos) << text;
  EXPECT_NE(text.find("±1.9 %"), std::string::npos);
  EXPECT_NE(text.find("  SLOWER: 4 % slower\n  suspect FIRMWARE_DIFFERS: another build\n"),
            std::string::npos);
}

TEST(RenderComparison, RefusalsSayHowToCompareAllTheSame) {
  v1::Comparison comparison;
  comparison.set_summary("not compared: the caches are not set the same");
  v1::Difference* refusal = comparison.add_refusals();
  refusal->set_code("CACHES_DIFFER");
  refusal->set_message("the caches are not set the same");
  const std::string text = RenderComparison(comparison, false);
  EXPECT_NE(text.find("CACHES_DIFFER"), std::string::npos);
  EXPECT_NE(text.find("--allow CODE"), std::string::npos);
}

TEST(RenderComparison, LayersThatDidNotChangeAreLeftOutUnlessAskedFor) {
  v1::Comparison comparison;
  comparison.set_comparable(true);
  v1::MetricChange* metric = comparison.add_metrics();
  metric->set_metric("cycles");
  *metric->mutable_change() = ChangeOf(1000, 1100, 1, v1::Change::SLOWER);
  for (const auto verdict : {v1::Change::SAME, v1::Change::SLOWER}) {
    v1::LayerChange* layer = comparison.add_layers();
    layer->set_index(comparison.layers_size() - 1);
    layer->set_name(verdict == v1::Change::SAME ? "quiet" : "slow");
    *layer->mutable_change() = ChangeOf(500, 600, 5, verdict);
  }
  EXPECT_EQ(RenderComparison(comparison, false).find("quiet"), std::string::npos);
  EXPECT_NE(RenderComparison(comparison, false).find("slow"), std::string::npos);
  EXPECT_NE(RenderComparison(comparison, true).find("quiet"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::cli
