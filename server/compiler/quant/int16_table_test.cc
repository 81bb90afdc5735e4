#include "server/compiler/quant/int16_table.h"

#include <cmath>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

TEST(Int16TableTest, PiecewiseFollowsItsFunction) {
  // Between -8 and 8, results between -1 and 1.
  const std::vector<int16_t> table =
      PiecewiseTable(8.0f / 32768.0f, 1.0f / 32768.0f, [](float x) { return std::sin(x); });
  ASSERT_EQ(table.size(), 513u);
  for (int i = 0; i < 512; ++i) {
    // The lines of a sine miss it by up to 4 of 32768: h^2 / 8 with h = 1/32.
    const double x = i * 65535.0 / 65536.0 / 32.0 - 8.0;
    EXPECT_NEAR(table[static_cast<size_t>(i)], 32768 * std::sin(x), 4 / 2 + 1.5) << i;
  }
}

TEST(Int16TableTest, SoftmaxTables) {
  const std::vector<int16_t> exp = SoftmaxExpTable();
  EXPECT_EQ(exp[0], 2);  // exp(-10) * 2^15 = 1.49, and what rounding makes of the curve
  EXPECT_EQ(exp[512], 32767);
  EXPECT_NEAR(exp[256], 32768 * std::exp(-5.0), 1);
  const std::vector<int16_t> reciprocal = SoftmaxReciprocalTable();
  EXPECT_EQ(reciprocal[0], 32767);
  EXPECT_EQ(reciprocal[512], 16384);
  EXPECT_NEAR(reciprocal[256], 32768 / 1.5, 1);
}

TEST(Int16TableTest, LogisticTable) {
  const std::vector<int16_t> table = LogisticTable();
  ASSERT_EQ(table.size(), 256u);
  EXPECT_EQ(table[0], 0);
  EXPECT_NEAR(table[24] + 32768, 65536 / (1 + std::exp(-1.0)), 1.2);
  EXPECT_EQ(table[255], 32767);
}

TEST(Int16TableTest, LogisticScales) {
  const auto exact = ScaleLogistic(std::ldexp(1.0f, -12), false);
  ASSERT_TRUE(exact.has_value());
  EXPECT_EQ(exact->multiplier, 3);
  EXPECT_EQ(exact->shift, 0);
  EXPECT_EQ(ScaleLogistic(std::ldexp(1.0f, -11), true)->multiplier, 6);
  // The logistic function has no such case: 2^-11 * 4096 * 3 = 6, and 6 * 2^12 has 15 bits.
  EXPECT_EQ(ScaleLogistic(std::ldexp(1.0f, -11), false)->multiplier, 6 << 12);
  EXPECT_EQ(ScaleLogistic(std::ldexp(1.0f, -11), false)->shift, 12);
  EXPECT_TRUE(ScaleLogistic(2.66f, false).has_value());
  EXPECT_FALSE(ScaleLogistic(2.67f, false).has_value());
}

TEST(Int16TableTest, PowersOfTwo) {
  EXPECT_EQ(PowerOfTwo(0.25f), -2);
  EXPECT_EQ(PowerOfTwo(std::ldexp(1.0005f, -15)), -15);  // 0.05 % beside it
  EXPECT_FALSE(PowerOfTwo(0.0003f).has_value());
}

}  // namespace
}  // namespace edgerack::compiler
