// Histograms and the sums beside them.
#include <algorithm>
#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ptq/tensor_statistics.h"

namespace edgerack::compiler {
namespace {

std::vector<float> Spread(unsigned seed, size_t count) {
  std::mt19937 random(seed);
  std::vector<float> values;
  for (size_t i = 0; i < count; ++i) {
    const auto unit = static_cast<float>(random()) / 4294967296.0f - 0.5f;
    values.push_back(std::ldexp(unit, static_cast<int>(random() % 20) - 10));
  }
  return values;
}

TEST(ValueHistogramTest, TheOrderOfValuesDoesNotMatter) {
  std::vector<float> values = Spread(1, 5000);
  ValueHistogram forth;
  for (float v : values) forth.Add(static_cast<double>(v));
  std::reverse(values.begin(), values.end());
  ValueHistogram back;
  for (float v : values) back.Add(static_cast<double>(v));
  EXPECT_EQ(forth.bins(), back.bins());
  EXPECT_EQ(forth.width(), back.width());
}

TEST(ValueHistogramTest, PartsMergeIntoTheWhole) {
  const std::vector<float> values = Spread(2, 4000);
  ValueHistogram whole, small, large;
  for (float v : values) {
    whole.Add(static_cast<double>(v));
    (std::fabs(v) < 0.1f ? small : large).Add(static_cast<double>(v));
  }
  small.Merge(large);
  EXPECT_EQ(small.bins(), whole.bins());
  EXPECT_EQ(small.width(), whole.width());
  EXPECT_EQ(small.count(), 4000);
}

TEST(ValueHistogramTest, EachBinHoldsWhatItsBoundsSay) {
  ValueHistogram h;
  h.Add(0.75);
  h.Add(-1.0);
  h.Add(0.0);
  EXPECT_EQ(h.width(), 4.0 / ValueHistogram::kBins);  // |-1| is not below 2^0
  EXPECT_EQ(h.first(), ValueHistogram::kBins / 4);
  EXPECT_NEAR(h.center(h.last()), 0.75, h.width());
  EXPECT_EQ(h.bins()[ValueHistogram::kBins / 2], 1);
}

TEST(TensorStatisticsTest, LimitsMeansAndWhatIsNotFinite) {
  TensorStatistics s(2);
  s.Add(BytesOf<float>({1, 10, 3, 20}));
  s.Add(BytesOf<float>({-1, 30, INFINITY, NAN}));
  EXPECT_EQ(s.min(), -1);
  EXPECT_EQ(s.max(), 30);
  EXPECT_EQ(s.not_finite(), 2);
  EXPECT_EQ(s.count(), 6);
  EXPECT_EQ(s.ElementMeans(), (std::vector<double>{0, 20, 1.5, 10}));
  EXPECT_EQ(s.ChannelMagnitudes(), (std::vector<double>{3, 30}));
}

TEST(TensorStatisticsTest, ShareOutsideOfARange) {
  TensorStatistics s;
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(i) / 1000.0f);
  s.Add(BytesOf(values));
  EXPECT_NEAR(s.ShareOutside(0, 0.9), 0.1, 0.001);
  EXPECT_EQ(s.ShareOutside(0, 1), 0);
}

}  // namespace
}  // namespace edgerack::compiler
