// Calibration methods against values that numpy gives for the same series.
#include "server/compiler/ptq/range_method.h"

#include <cmath>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

constexpr int kLevels = 256;

TensorStatistics Of(const std::vector<float>& values) {
  TensorStatistics statistics;
  statistics.Add(BytesOf(values));
  return statistics;
}

// ((7919 k mod 2000 - 999.5) / 1000)³ for k = 1 … 2000: most values near 0, tails to ±1.
std::vector<float> Cubes() {
  std::vector<float> values;
  for (int k = 1; k <= 2000; ++k) {
    const float x = (static_cast<float>(k * 7919 % 2000) - 999.5f) / 1000.0f;
    values.push_back(x * x * x);
  }
  return values;
}

// 0 … 1 evenly, and one 10.
std::vector<float> RampWithOutlier() {
  std::vector<float> values;
  for (int i = 0; i < 10000; ++i) values.push_back(static_cast<float>(i) / 9999.0f);
  values.push_back(10.0f);
  return values;
}

ValueRange By(const char* method, const std::vector<float>& values, int levels = kLevels,
              const RangeOptions& options = {}) {
  return FindRangeMethod(method)->range(Of(values), levels, options);
}

TEST(RangeMethodTest, MinMaxIsTheValuesRangeWithZero) {
  EXPECT_EQ(By("minmax", {-0.5f, 2.0f}).low, -0.5);
  EXPECT_EQ(By("minmax", {-0.5f, 2.0f}).high, 2.0);
  EXPECT_EQ(By("minmax", {3.0f, 4.0f}).low, 0.0);
  EXPECT_EQ(By("minmax", {-3.0f, -4.0f}).high, 0.0);
}

// np.quantile(values, [(1 - p) / 2, 1 - (1 - p) / 2])
TEST(RangeMethodTest, PercentileIsNumpysQuantile) {
  const double bin = 2.0 / ValueHistogram::kBins;
  const ValueRange p99 = By("percentile", Cubes(), kLevels, {.percentile = 99});
  EXPECT_NEAR(p99.low, -0.96884, 3 * bin + 0.0015);
  EXPECT_NEAR(p99.high, 0.96884, 3 * bin + 0.0015);
  const ValueRange p90 = By("percentile", Cubes(), kLevels, {.percentile = 90});
  EXPECT_NEAR(p90.low, -0.72791, 3 * bin + 0.0015);
  EXPECT_NEAR(p90.high, 0.72791, 3 * bin + 0.0015);
}

TEST(RangeMethodTest, ThePercentileOfEverythingIsMinMax) {
  const ValueRange all = By("percentile", Cubes(), kLevels, {.percentile = 100});
  const ValueRange minmax = By("minmax", Cubes());
  EXPECT_EQ(all.low, minmax.low);
  EXPECT_EQ(all.high, minmax.high);
}

double SquaredError(const std::vector<float>& values, const ValueRange& range, int levels) {
  const double step = (range.high - range.low) / (levels - 1);
  const double zero = std::round(-range.low / step);
  double sum = 0;
  for (float value : values) {
    const double v = static_cast<double>(value);
    const double q = std::min(std::max(std::round(v / step) + zero, 0.0), levels - 1.0);
    sum += (v - step * (q - zero)) * (v - step * (q - zero));
  }
  return sum;
}

// With 16 steps clamping the outlier costs less than wide steps do, with 256 it costs more: the
// least error that a search over 500 ends finds, within 2 %.
TEST(RangeMethodTest, MseFindsTheLeastSquaredError) {
  EXPECT_NEAR(By("mse", RampWithOutlier(), 16).high, 2.06, 0.1);   // numpy's search: 2.0635
  EXPECT_NEAR(By("mse", RampWithOutlier(), 256).high, 9.81, 0.1);  // 9.8099
  const std::vector<float> values = RampWithOutlier();
  for (int levels : {16, 64, 256}) {
    double least = HUGE_VAL;
    for (int i = 1; i <= 500; ++i) {
      least = std::min(least, SquaredError(values, {0, 10.0 * i / 500}, levels));
    }
    EXPECT_LE(SquaredError(values, By("mse", values, levels), levels), least * 1.02) << levels;
  }
}

// A bell of values and one that lies apart: entropy clamps it, min-max does not.
TEST(RangeMethodTest, KlClampsWhatFewValuesReach) {
  std::vector<float> values;
  for (int i = 0; i < 400000; ++i) {
    // Sum of 12 evenly spread numbers, by a fixed sequence: about a normal distribution.
    float sum = -6;
    for (int k = 0; k < 12; ++k) {
      sum += static_cast<float>((i * 7919ll + k * 104729ll * (i + 1)) % 10007) / 10007.0f;
    }
    values.push_back(sum);
  }
  values.push_back(30.0f);
  const ValueRange range = By("kl", values);
  EXPECT_LT(range.high, 25.0);
  EXPECT_GT(range.high, 1.0);
}

TEST(RangeMethodTest, ManyZerosDoNotNarrowTheEntropysRange) {
  std::vector<float> values(100000, 0.0f);
  for (int i = 0; i < 20000; ++i) values.push_back(static_cast<float>(i % 1000) / 1000.0f);
  EXPECT_GT(By("kl", values).high, 0.9);
}

// Every method on every series: zero inside, nothing beyond min-max, never empty.
TEST(RangeMethodTest, EveryMethodStaysInsideTheValues) {
  const std::vector<std::vector<float>> series = {
      Cubes(), RampWithOutlier(), {1.0f}, {-1.0f}, {1e-30f, -1e-30f}, {1e30f, -1.0f}, {0.0f}};
  for (const RangeMethod& method : AllRangeMethods()) {
    for (const auto& values : series) {
      const ValueRange full = FullRange(Of(values));
      const ValueRange range = method.range(Of(values), kLevels, {});
      EXPECT_LE(range.low, 0.0) << method.name;
      EXPECT_GE(range.high, 0.0) << method.name;
      EXPECT_GE(range.low, full.low) << method.name;
      EXPECT_LE(range.high, full.high) << method.name;
      EXPECT_EQ(range.high > range.low, full.high > full.low) << method.name << values[0];
    }
  }
}

}  // namespace
}  // namespace edgerack::compiler
