#include "firmware/app/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace {

std::string Thousandths(float value) {
  char to[ER_DECIMAL_BYTES];
  return er_decimal_thousandths(value, to);
}

std::string Printf(float value) {
  char to[80];
  std::snprintf(to, sizeof to, "%0.3f", static_cast<double>(value));
  return to;
}

TEST(Decimal, WholeNumbers) {
  char to[ER_DECIMAL_BYTES];
  EXPECT_STREQ(er_decimal(0, to), "0");
  EXPECT_STREQ(er_decimal(1'234'567'890'123, to), "1234567890123");
  EXPECT_STREQ(er_decimal(std::numeric_limits<uint64_t>::max(), to), "18446744073709551615");
}

TEST(Decimal, ThousandthsAreThoseOfPrintf) {
  for (float value : {0.0f, -0.0f, 0.5f, 0.0005f, 0.0015f, 0.00048828125f, 0.0009765625f, -0.0001f,
                      0.99951171875f, 0.9995f, 1.0f, -128.0f, 3.1415926f, 16'777'216.0f,
                      123'456'789.0f, -9.0e15f, 1e-38f, 1e-45f}) {
    EXPECT_EQ(Thousandths(value), Printf(value)) << value;
  }
}

TEST(Decimal, ThousandthsOfAnyFloat) {
  std::mt19937 random(7);
  for (int i = 0; i < 200'000; i++) {
    const auto bits = static_cast<uint32_t>(random());
    float value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value) || std::fabs(value) >= 9007199254740992.0f) continue;
    ASSERT_EQ(Thousandths(value), Printf(value)) << bits;
  }
}

TEST(Decimal, WhatIsNoNumber) {
  EXPECT_EQ(Thousandths(std::numeric_limits<float>::infinity()), "inf");
  EXPECT_EQ(Thousandths(-std::numeric_limits<float>::infinity()), "-inf");
  EXPECT_EQ(Thousandths(std::numeric_limits<float>::quiet_NaN()), "nan");
  EXPECT_EQ(Thousandths(1e30f), "9007199254740992.000");
}

TEST(Decimal, ParsesAsAtoi) {
  EXPECT_EQ(er_decimal_parse("17"), 17);
  EXPECT_EQ(er_decimal_parse("-3x"), -3);
  EXPECT_EQ(er_decimal_parse("x"), 0);
  EXPECT_EQ(er_decimal_parse(""), 0);
  EXPECT_EQ(er_decimal_parse("99999999999999999999"), std::numeric_limits<int32_t>::max());
  EXPECT_EQ(er_decimal_parse("-99999999999999999999"), -std::numeric_limits<int32_t>::max());
}

}  // namespace
