#include "agent/vboard/chip/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace edgerack::vboard {
namespace {

// What `work` cycles take, from `cycle` on.
uint64_t Took(Noise& noise, uint64_t& cycle, uint64_t work) {
  const uint64_t start = cycle;
  while (work > 0) {
    const uint64_t step = std::min<uint64_t>(work, noise.next_cycle() - cycle);
    cycle += step;
    work -= step;
    cycle += noise.Extra(cycle);
  }
  return cycle - start;
}

struct Spread {
  double mean = 0;
  double deviation = 0;
};
Spread Of(const std::vector<double>& values) {
  Spread spread;
  for (const double value : values) spread.mean += value / static_cast<double>(values.size());
  for (const double value : values) spread.deviation += std::pow(value - spread.mean, 2);
  spread.deviation = std::sqrt(spread.deviation / static_cast<double>(values.size()));
  return spread;
}

TEST(Noise, NoneWhenNoneIsAsked) {
  Noise noise(0, 1);
  EXPECT_EQ(noise.Extra(1'000'000), 0u);
}

TEST(Noise, TheSameSeedGivesTheSame) {
  uint64_t a = 0, b = 0, c = 0;
  Noise one(2, 7), same(2, 7), other(2, 8);
  Took(one, a, 50'000'000);
  Took(same, b, 50'000'000);
  Took(other, c, 50'000'000);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

TEST(Noise, AnInferenceVariesByWhatWasAsked) {
  Noise noise(2, 3);
  uint64_t cycle = 0;
  std::vector<double> times;
  for (int i = 0; i < 5'000; ++i) {
    times.push_back(static_cast<double>(Took(noise, cycle, 200'000)) / 200'000);
    Took(noise, cycle, 1'000'000);
  }
  const Spread spread = Of(times);
  EXPECT_NEAR(spread.mean, 1.05, 0.005);        // 2.5 standard deviations
  EXPECT_NEAR(spread.deviation, 0.015, 0.004);  // the quick part is averaged within it
}

TEST(Noise, APartOfItStaysThroughARun) {
  Noise noise(2, 5);
  uint64_t cycle = 0;
  std::vector<double> nights;
  for (int night = 0; night < 400; ++night) {
    Took(noise, cycle, 60'000'000);
    std::vector<double> samples;
    for (int i = 0; i < 20; ++i) {
      samples.push_back(static_cast<double>(Took(noise, cycle, 300'000)) / 300'000);
    }
    std::sort(samples.begin(), samples.end());
    nights.push_back(samples[10]);
  }
  const Spread spread = Of(nights);
  EXPECT_GT(spread.deviation, 0.005);
  EXPECT_LT(spread.deviation, 0.012);
}

}  // namespace
}  // namespace edgerack::vboard
