#include "server/control/suites/baselines.h"

#include "gtest/gtest.h"
#include "server/analysis/regression.h"

namespace edgerack::control {
namespace {

core::Result SomeResult(const std::string& id, const std::string& package = "p1") {
  core::Result result;
  result.id = core::ResultId(id);
  result.verdict = core::Verdict::kValid;
  result.cycles = core::Cycles{true, 1000, 1000, 1000};
  result.provenance.package_sha256 = package;
  return result;
}

class BaselinesTest : public testing::Test {
 protected:
  BaselinesTest() {
    run_.id = core::SuiteRunId("run1");
    run_.suite = core::SuiteId("nightly");
    case_.key = "k";
    case_.results = {core::ResultId("r9")};
    case_.judgement.state = core::CaseState::kPassed;
  }
  HeldBaseline Held(size_t count) {
    HeldBaseline held;
    held.record = core::SuiteBaseline{};
    held.record->id = core::BaselineId("b1");
    for (size_t i = 0; i < count; ++i) {
      held.results.push_back(SomeResult("r" + std::to_string(100 + i)));
      held.record->results.push_back(held.results.back().id);
    }
    return held;
  }
  std::optional<core::SuiteBaseline> After(const HeldBaseline& held, const core::Result& measured) {
    return Extended(held, run_, case_, {measured}, 50, SystemIds());
  }
  core::SuiteRun run_;
  core::SuiteCase case_;
};

TEST_F(BaselinesTest, TheFirstRunBecomesTheBaseline) {
  const auto baseline = After({}, SomeResult("r9"));
  ASSERT_TRUE(baseline);
  EXPECT_EQ(baseline->results, case_.results);
  EXPECT_FALSE(baseline->reason.empty());
  case_.judgement.state = core::CaseState::kFailed;
  EXPECT_FALSE(After({}, SomeResult("r9")));
}

TEST_F(BaselinesTest, RepeatsAreAddedUntilThereAreEnough) {
  EXPECT_EQ(After(Held(3), SomeResult("r9"))->results.size(), 4u);
  EXPECT_FALSE(After(Held(analysis::kMostRepeats), SomeResult("r9")));
}

TEST_F(BaselinesTest, OtherInputsAndChangesAreNotAdded) {
  EXPECT_FALSE(After(Held(3), SomeResult("r9", "p2")));
  for (const core::CaseState state : {core::CaseState::kRegressed, core::CaseState::kImproved}) {
    case_.judgement.state = state;
    EXPECT_FALSE(After(Held(3), SomeResult("r9")));
  }
  // The same run twice, as after a kill between two steps.
  case_.judgement.state = core::CaseState::kPassed;
  EXPECT_FALSE(After(Held(3), SomeResult("r101")));
}

}  // namespace
}  // namespace edgerack::control
