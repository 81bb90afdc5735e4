#include "server/compiler/quant/activation.h"

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

TEST(ActivationTest, NamesRoundTrip) {
  for (const char* name : {"none", "relu", "relu6", "relu_n1_to_1"}) {
    ASSERT_TRUE(ParseActivation(name).has_value());
    EXPECT_STREQ(ActivationName(*ParseActivation(name)), name);
  }
  EXPECT_FALSE(ParseActivation("tanh").has_value());
}

TEST(ActivationTest, Int8Ranges) {
  Int8Range none = ActivationRangeInt8(Activation::kNone, 0.1f, 5);
  EXPECT_EQ(none.min, -128);
  EXPECT_EQ(none.max, 127);
  EXPECT_EQ(ActivationRangeInt8(Activation::kRelu, 0.1f, -3).min, -3);
  Int8Range six = ActivationRangeInt8(Activation::kRelu6, 0.1f, -20);
  EXPECT_EQ(six.min, -20);
  EXPECT_EQ(six.max, 40);
  EXPECT_EQ(ActivationRangeInt8(Activation::kRelu6, 6.0f / 255.0f, -128).max, 127);
  Int8Range one = ActivationRangeInt8(Activation::kReluN1To1, 0.1f, 0);
  EXPECT_EQ(one.min, -10);
  EXPECT_EQ(one.max, 10);
  // A scale so small that 6 is far outside int8.
  EXPECT_EQ(ActivationRangeInt8(Activation::kRelu6, 1e-30f, 0).max, 127);
}

TEST(ActivationTest, FloatRanges) {
  EXPECT_EQ(ActivationRangeFloat(Activation::kRelu).min, 0.0f);
  EXPECT_GT(ActivationRangeFloat(Activation::kRelu).max, 1e38f);
  EXPECT_EQ(ActivationRangeFloat(Activation::kRelu6).max, 6.0f);
}

}  // namespace
}  // namespace edgerack::compiler
