#include "server/analysis/issues.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

using core::Verdict;

class IssuesTest : public testing::Test {
 protected:
  IssuesTest() {
    measurement_.host_clock_ratio = 1.001;
    measurement_.layers = {{600'000, {}}, {400'000, {}}};
    measurement_.profiled_total_cycles = 1'010'000;
    measurement_.profiler_overhead_cycles = 5'000;
    report_.layers.resize(2);
    comparison_ = {10, 10, 0, 1};
  }
  Findings Judged() { return Judge(measurement_, report_, cycles_, comparison_, expected_); }
  std::string Codes() {
    std::string codes = core::VerdictName(Judged().verdict);
    for (const auto& issue : Judged().issues) codes += " " + issue.code;
    return codes;
  }

  core::Measurement measurement_;
  core::CompileReport report_;
  std::optional<core::Cycles> cycles_ = core::Cycles{false, 1000, 995, 1005};
  Comparison comparison_;
  Expectations expected_ = {.must_be_exact = true};
};

TEST_F(IssuesTest, AGoodRunIsValid) { EXPECT_EQ(Codes(), "VALID"); }

TEST_F(IssuesTest, Timing) {
  cycles_ = core::Cycles{false, 1000, 990, 1011};
  EXPECT_EQ(Codes(), "DEGRADED UNSTABLE_TIMING");
  cycles_.reset();
  EXPECT_EQ(Codes(), "VALID");
}

TEST_F(IssuesTest, Clock) {
  measurement_.settings.clock_fallback = true;
  EXPECT_EQ(Codes(), "DEGRADED CLOCK_FALLBACK");
  measurement_.settings.clock_fallback = false;
  measurement_.host_clock_ratio = 0.9;
  EXPECT_EQ(Codes(), "DEGRADED CLOCK_MISMATCH");
  measurement_.host_clock_ratio = std::nan("");
  EXPECT_EQ(Codes(), "DEGRADED CLOCK_MISMATCH");
  measurement_.host_clock_ratio.reset();
  EXPECT_EQ(Codes(), "DEGRADED CLOCK_NOT_CHECKED");
  expected_.is_virtual = true;
  EXPECT_EQ(Codes(), "VALID CLOCK_NOT_CHECKED");
}

TEST_F(IssuesTest, ClockAboveItsSpecification) {
  measurement_.clock_hz = 216'000'000;
  expected_.max_clock_hz = 216'000'000;
  EXPECT_EQ(Codes(), "VALID");
  measurement_.clock_hz = 288'000'000;
  EXPECT_EQ(Codes(), "DEGRADED CLOCK_OUT_OF_SPEC");
  expected_.max_clock_hz = 0;  // not known
  EXPECT_EQ(Codes(), "VALID");
}

TEST_F(IssuesTest, DebugBuild) {
  measurement_.settings.debug_build = true;
  EXPECT_EQ(Codes(), "DEGRADED DEBUG_BUILD");
}

TEST_F(IssuesTest, CachesAndFloatingPointUnitThatAreOff) {
  EXPECT_EQ(Codes(), "VALID");  // of a core that has none
  expected_.has_caches = expected_.has_fpu = true;
  EXPECT_EQ(Codes(), "DEGRADED CACHES_OFF FPU_OFF");
  measurement_.settings.fpu = measurement_.settings.icache = true;
  EXPECT_EQ(Codes(), "DEGRADED CACHES_OFF");
  EXPECT_NE(Judged().issues[0].message.find("its data cache off"), std::string::npos);
  measurement_.settings.dcache = true;
  EXPECT_EQ(Codes(), "VALID");
}

TEST_F(IssuesTest, TheSameOutputForEverySample) {
  comparison_.constant = comparison_.constant_reference = true;
  EXPECT_EQ(Codes(), "VALID CONSTANT_OUTPUTS");
  expected_.inputs_differ = false;
  EXPECT_EQ(Codes(), "VALID");
  expected_.inputs_differ = true;
  comparison_.samples = comparison_.bit_exact = 3;
  EXPECT_EQ(Codes(), "VALID");
  comparison_ = {10, 0, 3, 1};
  comparison_.constant = true;
  EXPECT_EQ(Codes(), "INVALID CONSTANT_OUTPUTS BOARD_HOST_MISMATCH");
  comparison_.constant = false;
  EXPECT_EQ(Codes(), "INVALID BOARD_HOST_MISMATCH");
}

TEST_F(IssuesTest, Profile) {
  measurement_.profiled_total_cycles = 1'040'000;
  EXPECT_EQ(Codes(), "DEGRADED PROFILE_INCOMPLETE");
  // Tiny models spend a visible share between their layers.
  measurement_.layers = {{100, {}}, {100, {}}};
  measurement_.profiler_overhead_cycles = 0;
  measurement_.profiled_total_cycles = 350;
  EXPECT_EQ(Codes(), "VALID");
  measurement_.layers.pop_back();
  EXPECT_EQ(Codes(), "DEGRADED PROFILE_INCOMPLETE");
}

TEST_F(IssuesTest, IntegersMustAgreeBitForBit) {
  comparison_ = {10, 9, 0.004, 1};
  EXPECT_EQ(Codes(), "INVALID BOARD_HOST_MISMATCH");
}

TEST_F(IssuesTest, FloatsMayDifferALittle) {
  expected_.must_be_exact = false;
  comparison_ = {10, 0, 1e-4, 1};
  EXPECT_EQ(Codes(), "VALID");
  comparison_.max_abs_error = 2e-3;
  EXPECT_EQ(Codes(), "INVALID BOARD_HOST_MISMATCH");
  comparison_.max_abs_reference = 10;
  EXPECT_EQ(Codes(), "VALID");
}

}  // namespace
}  // namespace edgerack::analysis
