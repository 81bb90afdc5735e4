#include "server/analysis/make_foreign_result.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

using ::testing::ElementsAre;

class MakeForeignResultTest : public testing::Test {
 protected:
  MakeForeignResultTest() {
    facts_.spec.firmware = core::FirmwareId("f00d");
    facts_.spec.protocol = core::Protocol::kMlperfTiny;
    facts_.board.is_virtual = true;
    measurement_.said = {"m-name-dut-[x]"};
  }
  core::Result Make() {
    auto result = MakeForeignResult(facts_, measurement_);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(core::Result{});
  }
  static std::vector<std::string> Codes(const core::Result& result) {
    std::vector<std::string> codes;
    for (const auto& issue : result.issues) codes.push_back(issue.code);
    return codes;
  }
  RunFacts facts_;
  core::Measurement measurement_;
};

TEST_F(MakeForeignResultTest, FiveLongWindowsAreValid) {
  measurement_.windows = {{1000, 10'000'000},
                          {1000, 10'010'000},
                          {1000, 10'005'000},
                          {1000, 10'002'000},
                          {1000, 10'001'000}};
  measurement_.reported_results = {0.5, 0.25};
  const core::Result result = Make();
  EXPECT_EQ(result.verdict, core::Verdict::kValid);
  EXPECT_THAT(Codes(result), ElementsAre("CLOCK_NOT_CHECKED"));
  ASSERT_TRUE(result.throughput && result.latency);
  EXPECT_DOUBLE_EQ(*result.throughput->median_per_s, 1000 / 10.002);
  EXPECT_DOUBLE_EQ(*result.latency->median_ms, 10.002);
  EXPECT_TRUE(*result.latency->estimated);
  EXPECT_EQ(result.latency->samples_ms.size(), 5u);
  EXPECT_THAT(result.throughput->results, ElementsAre(0.5, 0.25));
  EXPECT_EQ(result.provenance.firmware_sha256, "f00d");
  EXPECT_EQ(result.provenance.protocol, "mlperf-tiny");
  EXPECT_THAT(result.provenance.firmware_says, ElementsAre("m-name-dut-[x]"));
}

TEST_F(MakeForeignResultTest, AShortWindowDegrades) {
  for (const core::InferenceWindow& bad :
       {core::InferenceWindow{1000, 9'999'999}, core::InferenceWindow{9, 12'000'000}}) {
    measurement_.windows = std::vector<core::InferenceWindow>(4, {1000, 10'000'000});
    measurement_.windows.push_back(bad);
    const core::Result result = Make();
    EXPECT_EQ(result.verdict, core::Verdict::kDegraded);
    EXPECT_THAT(Codes(result), testing::Contains("WINDOW_TOO_SHORT"));
  }
  measurement_.windows = std::vector<core::InferenceWindow>(4, {1000, 10'000'000});
  EXPECT_THAT(Codes(Make()), testing::Contains("WINDOW_TOO_SHORT"));
}

TEST_F(MakeForeignResultTest, ABoardWithoutTimeHasNoThroughput) {
  facts_.firmware.cycle_counter = false;
  measurement_.windows = {{1000, 10'000'000}};
  const core::Result result = Make();
  EXPECT_FALSE(result.throughput || result.latency);
  EXPECT_EQ(result.provenance.protocol, "mlperf-tiny");
}

TEST_F(MakeForeignResultTest, OfALog) {
  facts_.spec.protocol = core::Protocol::kLogRegex;
  measurement_.logged_us = {1000, 1002, 1001};
  core::Result result = Make();
  EXPECT_EQ(result.verdict, core::Verdict::kValid);
  EXPECT_DOUBLE_EQ(*result.latency->median_ms, 1.001);
  EXPECT_FALSE(result.cycles || result.throughput);
  measurement_.logged_us.clear();
  measurement_.logged_cycles = {200, 300, 100};
  result = Make();
  EXPECT_EQ(result.cycles->median, 200);
  EXPECT_FALSE(result.latency);
}

TEST_F(MakeForeignResultTest, AnUnstableImageDegradesAndARealClockIsChecked) {
  facts_.board.is_virtual = false;
  measurement_.logged_us = {1000, 1100};
  EXPECT_THAT(Codes(Make()), ElementsAre("UNSTABLE_TIMING", "CLOCK_NOT_CHECKED"));
  measurement_.host_clock_ratio = 1.2;
  EXPECT_THAT(Codes(Make()), ElementsAre("UNSTABLE_TIMING", "CLOCK_MISMATCH"));
}

TEST_F(MakeForeignResultTest, NothingMeasuredIsABug) {
  EXPECT_EQ(ErrorCodeOf(MakeForeignResult(facts_, measurement_).status()), "BAD_MEASUREMENT");
}

}  // namespace
}  // namespace edgerack::analysis
