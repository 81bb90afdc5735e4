#include "server/analysis/timing.h"

#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

TEST(TimingTest, OddAndEvenMedians) {
  auto odd = TimingOf({300, 100, 200}, 1000, false);
  EXPECT_EQ(odd->cycles.median, 200);
  EXPECT_DOUBLE_EQ(*odd->latency.median_ms, 200.0);
  auto even = TimingOf({4, 1, 2, 3}, 1'000'000, true);
  EXPECT_EQ(even->cycles.median, 2);
  EXPECT_DOUBLE_EQ(*even->latency.median_ms, 0.0025);
  EXPECT_EQ(even->cycles.min, 1);
  EXPECT_EQ(even->cycles.max, 4);
  EXPECT_EQ(even->cycles.estimated, true);
}

TEST(TimingTest, P90IsTheNearestRank) {
  auto p90 = [](int n) {
    std::vector<uint32_t> samples;
    for (int i = n; i >= 1; --i) samples.push_back(static_cast<uint32_t>(i));
    return *TimingOf(samples, 1000, false)->latency.p90_ms;
  };
  EXPECT_EQ(p90(1), 1);
  EXPECT_EQ(p90(5), 5);
  EXPECT_EQ(p90(10), 9);
  EXPECT_EQ(p90(11), 10);
  EXPECT_EQ(p90(20), 18);
  EXPECT_EQ(p90(100), 90);
}

TEST(TimingTest, SamplesKeepTheirOrder) {
  EXPECT_EQ(TimingOf({3, 1, 2}, 1000, false)->latency.samples_ms,
            (std::vector<double>{3.0, 1.0, 2.0}));
}

TEST(TimingTest, LargeCountsDoNotOverflow) {
  EXPECT_EQ(TimingOf({0xFFFFFFFFu, 0xFFFFFFFFu}, 1000, false)->cycles.median, 0xFFFFFFFFll);
}

TEST(TimingTest, WithoutSamplesOrClockThereIsNone) {
  EXPECT_FALSE(TimingOf({}, 1000, false).has_value());
  EXPECT_FALSE(TimingOf({1}, 0, false).has_value());
}

TEST(TimingTest, Spread) {
  EXPECT_DOUBLE_EQ(Spread(TimingOf({100, 103, 101}, 1000, false)->cycles), 3.0 / 101);
  EXPECT_EQ(Spread(TimingOf({0, 0}, 1000, false)->cycles), 0);
}

}  // namespace
}  // namespace edgerack::analysis
