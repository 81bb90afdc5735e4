#include "server/core/suite.h"

#include <gtest/gtest.h>

namespace edgerack::core {
namespace {

SuiteSpec Good() {
  SuiteSpec spec;
  spec.models = {{.label = "digits", .model = ModelId(std::string(64, 'a'))}};
  spec.boards = {"kind=virtual-f746"};
  return spec;
}

std::string CodeOf(const SuiteSpec& spec, const std::string& id = "nightly") {
  return ErrorCodeOf(CheckSuite(SuiteId(id), spec));
}

TEST(CheckSuite, TakesTheSmallestAndAFullOne) {
  EXPECT_TRUE(CheckSuite(SuiteId("n"), Good()).ok());
  SuiteSpec spec = Good();
  spec.variants = {{.label = "plain"}, {.label = "slow", .options = {{"clock", "16"}}}};
  spec.schedule = {"daily 02:30", "Europe/Berlin", false};
  spec.notifications.mail_to = {"lab@example.org"};
  EXPECT_TRUE(CheckSuite(SuiteId("nightly-2"), spec).ok());
}

TEST(CheckSuite, RefusesEachWrongField) {
  EXPECT_EQ(CodeOf(Good(), ""), "BAD_SUITE");
  EXPECT_EQ(CodeOf(Good(), "Nightly"), "BAD_SUITE");
  EXPECT_EQ(CodeOf(Good(), "../x"), "BAD_SUITE");
  const auto broken = [](auto change) {
    SuiteSpec spec = Good();
    change(spec);
    return CodeOf(spec);
  };
  EXPECT_EQ(broken([](SuiteSpec& s) { s.models.clear(); }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.boards.clear(); }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.boards = {"speed=fast"}; }), "BAD_SELECTOR");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.models[0].label = "a/b"; }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.models.push_back(s.models[0]); }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.models[0].options = {{"samples", "0"}}; }), "BAD_OPTION");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.thresholds.min_percent = -1; }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.thresholds.min_top1 = 2; }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.schedule.when = "sometimes"; }), "BAD_SCHEDULE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.notifications.mail_to = {"x@y\r\nBcc: z@w"}; }),
            "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.repeats = 0; }), "BAD_SUITE");
  EXPECT_EQ(broken([](SuiteSpec& s) { s.confirmations = 11; }), "BAD_SUITE");
}

TEST(SummaryOf, NamesTheFirstRegression) {
  SuiteRun run;
  run.state = SuiteRunState::kRegressed;
  run.cases.resize(2);
  run.cases[0].judgement.state = CaseState::kPassed;
  run.cases[1].key = "digits/f7/plain";
  run.cases[1].judgement.state = CaseState::kRegressed;
  run.cases[1].judgement.findings = {{.code = "SLOWER", .is_regression = true, .message = "4 %"}};
  EXPECT_EQ(SummaryOf(run), "1 of 2 passed; 1 regression: digits/f7/plain: 4 %");
}

}  // namespace
}  // namespace edgerack::core
