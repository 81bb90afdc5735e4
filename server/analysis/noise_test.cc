#include "server/analysis/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "server/analysis/quantiles.h"

namespace edgerack::analysis {
namespace {

// Abramowitz and Stegun, table 26.10.
TEST(StudentQuantile, AgreesWithTheTable) {
  EXPECT_NEAR(StudentQuantile(1, 0.05), 6.314, 0.001);
  EXPECT_NEAR(StudentQuantile(1, 0.005), 63.657, 0.01);
  EXPECT_NEAR(StudentQuantile(5, 0.025), 2.571, 0.001);
  EXPECT_NEAR(StudentQuantile(10, 0.005), 3.169, 0.001);
  EXPECT_NEAR(StudentQuantile(30, 0.05), 1.697, 0.001);
  EXPECT_NEAR(StudentQuantile(120, 0.0005), 3.373, 0.001);
  EXPECT_NEAR(StudentQuantile(1e7, 0.025), 1.960, 0.001);  // the normal distribution
}

TEST(MedianVariance, AgreesWithDrawing) {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  for (const int n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20}) {
    constexpr int kDraws = 40'000;
    double squares = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      std::vector<double> values(static_cast<size_t>(n));
      for (double& value : values) value = normal(random);
      squares += std::pow(Median(std::move(values)), 2);
    }
    EXPECT_NEAR(squares / kDraws / MedianVariance(n), 1, 0.05) << n;
  }
}

std::vector<double> Draw(std::mt19937_64& random, size_t n, double centre, double deviation) {
  std::normal_distribution<double> normal(centre, deviation * centre);
  std::vector<double> values(n);
  for (double& value : values) value = normal(random);
  return values;
}

TEST(LearnNoise, FindsTheDeviationOfManyRuns) {
  std::mt19937_64 random(1);
  const core::SuiteNoise noise = LearnNoise(Draw(random, 400, 250'000, 0.007), 0.02);
  EXPECT_EQ(noise.repeats, 400);
  EXPECT_NEAR(noise.centre, 250'000, 500);
  EXPECT_NEAR(noise.deviation, 0.007, 0.001);
  EXPECT_GT(noise.degrees, 390);
}

TEST(LearnNoise, OneRunIsWorthTheGuess) {
  const core::SuiteNoise noise = LearnNoise({1000}, 0.02);
  EXPECT_EQ(noise.centre, 1000);
  EXPECT_NEAR(noise.deviation, 0.02, 1e-9);
  EXPECT_EQ(noise.degrees, kGuessDegrees);
  EXPECT_GT(NoiseBand(noise, 1, 0.02), 0.1);  // hardly anything is beyond it
}

TEST(LearnNoise, AFewWildRunsDoNotWidenIt) {
  std::mt19937_64 random(2);
  std::vector<double> values = Draw(random, 30, 1000, 0.005);
  values.push_back(1500);
  values.push_back(700);
  values.push_back(2000);
  const core::SuiteNoise noise = LearnNoise(values, 0.01);
  EXPECT_NEAR(noise.centre, 1000, 5);
  EXPECT_LT(noise.deviation, 0.008);
}

// A small layer that now and then is interrupted: three runs in ten are no outliers.
TEST(LearnNoise, WhatHappensOftenIsNoise) {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i % 10 < 3 ? 3'400 : 2'900 + i % 3);
  EXPECT_GT(LearnNoise(values, 0.02).deviation, 0.06);
}

TEST(LearnNoise, AQuietBoardIsNotTakenForNoiseless) {
  const core::SuiteNoise noise = LearnNoise({1000, 1000, 1000, 1000}, 0);
  EXPECT_EQ(noise.deviation, kLeastDeviation);
}

// The band at a tail is left by about that share of new runs, however few repeats there are.
TEST(NoiseBand, IsLeftAsOftenAsItSays) {
  std::mt19937_64 random(3);
  for (const size_t repeats : {5, 10, 40}) {
    int left = 0;
    constexpr int kTrials = 20'000;
    for (int trial = 0; trial < kTrials; ++trial) {
      // The guess is right here; elsewhere it is larger, and the band wider.
      const core::SuiteNoise noise = LearnNoise(Draw(random, repeats, 1000, 0.01), 0.01);
      const double value = Draw(random, 1, 1000, 0.01)[0];
      if (value > noise.centre * (1 + NoiseBand(noise, 1, 0.02))) ++left;
    }
    const double share = static_cast<double>(left) / kTrials;
    EXPECT_GT(share, 0.01) << repeats;
    EXPECT_LT(share, 0.035) << repeats;
  }
}

}  // namespace
}  // namespace edgerack::analysis
