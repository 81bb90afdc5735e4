#include "firmware/kernels/common/fixed_point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "firmware/kernels/common/exponential.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/common/table_s16.h"

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

// floor(x * reduced / 2^right + 1/2), in 128 bits.
int32_t WideByDefinition(int64_t x, int32_t multiplier, int32_t shift) {
  const int64_t reduced = std::min<int64_t>((int64_t{multiplier} + (1 << 15)) >> 16, 0x7FFF);
  const int right = 15 - shift;
  const __int128 product = static_cast<__int128>(x) * reduced + (__int128{1} << (right - 1));
  return static_cast<int32_t>(static_cast<uint32_t>(product >> right));
}

TEST(FixedPoint, WideMultiplicationEqualsItsDefinition) {
  std::mt19937_64 random(7);
  constexpr int64_t kMost = (int64_t{1} << 47) - 1;
  const int64_t sums[] = {-kMost - 1, -kMost, -1, 0, 1, kMost, INT32_MIN, INT32_MAX};
  const int32_t multipliers[] = {0,          1,          1 << 15,    1 << 30,       0x7FFEFFFF,
                                 0x7FFF0000, 0x7FFF7FFF, 0x7FFF8000, INT32_MAX - 1, INT32_MAX};
  for (int i = 0; i < 1000000; i++) {
    const int64_t x =
        i % 5 ? static_cast<int64_t>(random()) >> (16 + random() % 47) : sums[random() % 8];
    const int32_t multiplier =
        i % 7 ? static_cast<int32_t>(random() >> 33) : multipliers[random() % 10];
    const int32_t shift = static_cast<int32_t>(random() % 39) - 31;
    ASSERT_EQ(er_multiply_wide_by_quantized_multiplier(x, multiplier, shift),
              WideByDefinition(x, multiplier, shift))
        << x << " " << multiplier << " " << shift;
  }
}

TEST(FixedPoint, WideMultiplicationRoundsOnceAndCutsTheMultiplier) {
  const auto half = [](int64_t x, int32_t shift) {
    return er_multiply_wide_by_quantized_multiplier(x, 1 << 30, shift);
  };
  EXPECT_EQ(half(3, 0), 2);    // 1.5: ties go up,
  EXPECT_EQ(half(-3, 0), -1);  // also below 0, unlike the 32-bit way
  EXPECT_EQ(er_multiply_by_quantized_multiplier(-3, 1 << 30, -1), -1);
  EXPECT_EQ(half(int64_t{1} << 46, -15), 1 << 30);
  EXPECT_EQ(half(int64_t{1} << 40, 7), 0);  // 2^46 wraps around
  // 16 bits hold 0.99998 of a multiplier of almost 1.
  EXPECT_EQ(er_multiply_wide_by_quantized_multiplier(1 << 20, INT32_MAX, 0), (1 << 20) - 32);
}

TEST(FixedPoint, WideMultiplicationSurvivesHostileNumbers) {
  for (int32_t shift : {INT32_MIN, -1000, -48, -47, 14, 15, 1000, INT32_MAX}) {
    for (int32_t multiplier : {INT32_MIN, -1, 0, INT32_MAX}) {
      er_multiply_wide_by_quantized_multiplier(INT64_MIN, multiplier, shift);
      er_multiply_wide_by_quantized_multiplier(INT64_MAX, multiplier, shift);
    }
  }
  EXPECT_EQ(er_multiply_wide_by_quantized_multiplier(1000, 1 << 30, -1000), 0);
}

TEST(TableS16, IsStraightBetweenEntries) {
  std::vector<int16_t> table(ER_TABLE_S16_ENTRIES);
  for (int i = 0; i < ER_TABLE_S16_ENTRIES; i++) {
    table[static_cast<size_t>(i)] = static_cast<int16_t>(std::min((i - 256) * 128, 32767));
  }
  for (int32_t x = INT16_MIN; x < 32640; x++) ASSERT_EQ(er_table_s16(table.data(), x), x);
  std::fill(table.begin(), table.end(), INT16_MIN);
  table[ER_TABLE_S16_ENTRIES - 1] = INT16_MAX;  // a slope beyond 16 bits wraps
  EXPECT_EQ(er_table_s16(table.data(), INT16_MAX), INT16_MAX);
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
