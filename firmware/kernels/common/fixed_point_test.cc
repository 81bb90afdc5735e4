#include "firmware/kernels/common/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "firmware/kernels/common/exponential.h"
#include "firmware/kernels/common/fast_requantize.h"

namespace {

// The published definition (gemmlowp), written with division: rounds half away from zero.
int32_t HighMulByDefinition(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const int64_t ab = static_cast<int64_t>(a) * b;
  const int64_t nudge = ab >= 0 ? (1 << 30) : (1 - (1 << 30));
  return static_cast<int32_t>((ab + nudge) / (int64_t{1} << 31));
}

int32_t DivideByDefinition(int32_t x, int exponent) {
  return static_cast<int32_t>(std::round(static_cast<double>(x) / std::exp2(exponent)));
}

TEST(FixedPoint, EqualsItsDefinition) {
  std::mt19937 random(5);
  const int32_t edges[] = {INT32_MIN, INT32_MIN + 1, -2, -1, 0, 1, 2, INT32_MAX - 1, INT32_MAX};
  for (int i = 0; i < 2000000; i++) {
    const int32_t a = i % 5 ? static_cast<int32_t>(random()) : edges[random() % 9];
    const int32_t b = i % 7 ? static_cast<int32_t>(random()) : edges[random() % 9];
    ASSERT_EQ(er_doubling_high_mul(a, b), HighMulByDefinition(a, b)) << a << " " << b;
    const int exponent = static_cast<int>(random() % 32);
    ASSERT_EQ(er_rounding_divide_by_pot(a, exponent), DivideByDefinition(a, exponent))
        << a << " " << exponent;
  }
}

TEST(FixedPoint, SurvivesHostileShifts) {
  for (int32_t shift : {INT32_MIN, -1000, -32, -31, 0, 31, 32, 1000, INT32_MAX}) {
    er_multiply_by_quantized_multiplier(INT32_MIN, INT32_MIN, shift);
    er_multiply_by_quantized_multiplier(INT32_MAX, INT32_MAX, shift);
  }
  EXPECT_EQ(er_multiply_by_quantized_multiplier(100, 1 << 30, -32), 0);
}

TEST(FastRequantize, IsBitExactWhereAllowed) {
  std::mt19937 random(6);
  constexpr int32_t kBound = (1 << 30) - 1;
  for (int i = 0; i < 5000000; i++) {
    const int32_t right = 1 + static_cast<int32_t>(random() % ER_FAST_REQUANTIZE_MAX_RIGHT);
    const int32_t acc =
        er_clamp(static_cast<int32_t>(random()) >> (random() % 31), -kBound, kBound);
    const int32_t multiplier = static_cast<int32_t>(random());
    const int32_t offset = static_cast<int32_t>(random() % 257) - 128;
    ASSERT_EQ(er_fast_requantize(acc, multiplier, right, er_fast_requantize_addend(offset, right)),
              er_multiply_by_quantized_multiplier(acc, multiplier, -right) + offset)
        << acc << " " << multiplier << " " << right << " " << offset;
  }
}

// Powers of two give the ties, where the shorter form adds its sign before the rounding half.
TEST(FastRequantize, IsBitExactForPositiveMultipliers) {
  std::mt19937 random(7);
  constexpr int32_t kBound = (1 << 30) - 1;
  for (int i = 0; i < 5000000; i++) {
    const int32_t right = 1 + static_cast<int32_t>(random() % ER_FAST_REQUANTIZE_MAX_RIGHT);
    const int32_t acc =
        er_clamp(static_cast<int32_t>(random()) >> (random() % 31), -kBound, kBound);
    const int32_t multiplier =
        random() % 2 ? 1 << (random() % 31) : static_cast<int32_t>(random() >> (1 + random() % 31));
    const int32_t offset = static_cast<int32_t>(random() % 257) - 128;
    ASSERT_EQ(er_fast_requantize_positive(acc, multiplier, right,
                                          er_fast_requantize_addend(offset, right)),
              er_multiply_by_quantized_multiplier(acc, multiplier, -right) + offset)
        << acc << " " << multiplier << " " << right << " " << offset;
  }
  const int32_t shift[] = {-3, -3}, good[] = {0, INT32_MAX}, bad[] = {1, -1};
  EXPECT_TRUE(er_fast_requantize_positive_allowed(nullptr, good, shift, 2, 100));
  EXPECT_FALSE(er_fast_requantize_positive_allowed(nullptr, bad, shift, 2, 100));
}

TEST(FastRequantize, RefusesWhatItCannotProve) {
  const auto allowed = [](int32_t bias, int32_t shift, int32_t terms) {
    return er_fast_requantize_allowed(&bias, &shift, 1, terms) != 0;
  };
  EXPECT_TRUE(allowed(0, -1, 1000));
  EXPECT_TRUE(allowed(0, -22, 1000));
  EXPECT_FALSE(allowed(0, 0, 1));
  EXPECT_FALSE(allowed(0, 1, 1));
  EXPECT_FALSE(allowed(0, -23, 1));
  EXPECT_FALSE(allowed(0, INT32_MIN, 1));
  EXPECT_FALSE(allowed((1 << 30) - 256 * 128, -5, 1));
  EXPECT_FALSE(allowed(-(1 << 30) + 256 * 128, -5, 1));
  EXPECT_TRUE(allowed((1 << 30) - 256 * 128 - 1, -5, 1));
  EXPECT_FALSE(allowed(INT32_MIN, -5, 1));
  EXPECT_FALSE(allowed(0, -5, 1 << 20));
  const int32_t shift = -3;
  EXPECT_TRUE(er_fast_requantize_allowed(nullptr, &shift, 1, 1000));
}

TEST(Exponential, FixedPointFollowsExp) {
  for (int32_t x = 0; x > -(1 << 30); x -= 98765) {
    const double expected = std::exp(x / std::exp2(26));
    ASSERT_NEAR(er_exp_on_negative_q5_26(x) / std::exp2(31), expected, 1e-6) << x;
  }
}

TEST(Exponential, ReciprocalFollowsDivision) {
  for (int32_t x = 1 << 19; x > 0 && x < (1 << 30); x += 1234567) {
    int32_t bits;
    const double mantissa = er_reciprocal(x, 12, &bits) / std::exp2(31);
    ASSERT_NEAR(mantissa / std::exp2(bits) * (x / std::exp2(19)), 1.0, 1e-6) << x;
  }
  int32_t bits;
  er_reciprocal(0, 12, &bits);  // a hostile sum must not be undefined
  er_reciprocal(-5, 12, &bits);
}

TEST(Exponential, FloatStaysWithinTwoUlp) {
  for (float x = -87.0f; x < 88.7f; x += 0.00137f) {
    const double expected = std::exp(static_cast<double>(x));
    ASSERT_NEAR(er_expf(x) / expected, 1.0, 2.4e-7) << x;
  }
  EXPECT_EQ(er_expf(0.0f), 1.0f);
  EXPECT_EQ(er_expf(-1000.0f), 0.0f);
  EXPECT_EQ(er_expf(-std::numeric_limits<float>::infinity()), 0.0f);
  EXPECT_EQ(er_expf(1000.0f), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(er_expf(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
