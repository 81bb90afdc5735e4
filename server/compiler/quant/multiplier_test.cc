#include "server/compiler/quant/multiplier.h"

#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

TEST(MultiplierTest, KnownValues) {
  EXPECT_EQ(QuantizeMultiplier(0.0), (FixedMultiplier{0, 0}));
  EXPECT_EQ(QuantizeMultiplier(1.0), (FixedMultiplier{1 << 30, 1}));
  EXPECT_EQ(QuantizeMultiplier(0.5), (FixedMultiplier{1 << 30, 0}));
  EXPECT_EQ(QuantizeMultiplier(0.25), (FixedMultiplier{1 << 30, -1}));
  EXPECT_EQ(QuantizeMultiplier(0.75), (FixedMultiplier{1610612736, 0}));
}

TEST(MultiplierTest, RoundingUpToOneMovesTheShift) {
  // The largest double below 1 rounds to 2^31, which does not fit.
  EXPECT_EQ(QuantizeMultiplier(std::nextafter(1.0, 0.0)), (FixedMultiplier{1 << 30, 1}));
}

TEST(MultiplierTest, TinyFactorsVanish) {
  EXPECT_EQ(QuantizeMultiplier(std::ldexp(1.0, -33)), (FixedMultiplier{0, 0}));
  EXPECT_NE(QuantizeMultiplier(std::ldexp(1.0, -32)).multiplier, 0);
}

TEST(MultiplierTest, IsWithinHalfAStepOfTheFactor) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> exponent(-30, 10);
  for (int i = 0; i < 2000; ++i) {
    double factor = std::exp2(exponent(random));
    FixedMultiplier fixed = QuantizeMultiplier(factor);
    EXPECT_GE(fixed.multiplier, 1 << 30);
    double back = std::ldexp(static_cast<double>(fixed.multiplier), fixed.shift - 31);
    EXPECT_LE(std::abs(back - factor), std::ldexp(0.5, fixed.shift - 31)) << factor;
  }
}

}  // namespace
}  // namespace edgerack::compiler
