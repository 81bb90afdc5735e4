#include "server/compiler/quant/rescale.h"

#include <cmath>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

double Real(const FixedMultiplier& m) {
  return std::ldexp(static_cast<double>(m.multiplier), m.shift - 31);
}

TEST(RescaleTest, AddScalesToTwiceTheLargerInput) {
  AddScaling s = ScaleAdd(0.5f, 0.25f, 1.0f);
  EXPECT_EQ(s.left_shift, 20);
  EXPECT_EQ(Real(s.a), 0.5);
  EXPECT_EQ(Real(s.b), 0.25);
  EXPECT_EQ(Real(s.output), std::ldexp(1.0, -20));
}

TEST(RescaleTest, SoftmaxFoldsBetaAndScale) {
  auto s = ScaleSoftmax(1.0f, 0.0625f);  // 2^-4 * 2^26 = 2^22
  ASSERT_TRUE(s.has_value());
  EXPECT_EQ(s->input_multiplier, 1 << 30);
  EXPECT_EQ(s->input_left_shift, 23);
  EXPECT_EQ(s->diff_min, -248);  // 31 * 2^26 / 2^23
}

TEST(RescaleTest, SoftmaxRefusesScalesOutsideItsForm) {
  EXPECT_FALSE(ScaleSoftmax(1.0f, std::ldexp(1.0f, -27)).has_value());
  EXPECT_FALSE(ScaleSoftmax(0.0f, 0.5f).has_value());
  EXPECT_TRUE(ScaleSoftmax(1.0f, 1000.0f).has_value());
}

}  // namespace
}  // namespace edgerack::compiler
