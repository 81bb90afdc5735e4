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
  IntegerRange none = ActivationRange(Activation::kNone, 0.1f, 5, kInt8Range);
  EXPECT_EQ(none.min, -128);
  EXPECT_EQ(none.max, 127);
  EXPECT_EQ(ActivationRange(Activation::kRelu, 0.1f, -3, kInt8Range).min, -3);
  IntegerRange six = ActivationRange(Activation::kRelu6, 0.1f, -20, kInt8Range);
  EXPECT_EQ(six.min, -20);
  EXPECT_EQ(six.max, 40);
  EXPECT_EQ(ActivationRange(Activation::kRelu6, 6.0f / 255.0f, -128, kInt8Range).max, 127);
  IntegerRange one = ActivationRange(Activation::kReluN1To1, 0.1f, 0, kInt8Range);
  EXPECT_EQ(one.min, -10);
  EXPECT_EQ(one.max, 10);
  // A scale so small that 6 is far outside int8.
  EXPECT_EQ(ActivationRange(Activation::kRelu6, 1e-30f, 0, kInt8Range).max, 127);
}

TEST(ActivationTest, Int16Ranges) {
  EXPECT_EQ(ActivationRange(Activation::kNone, 0.1f, 0, kInt16Range).min, -32768);
  IntegerRange six = ActivationRange(Activation::kRelu6, 0.0004f, 0, kInt16Range);
  EXPECT_EQ(six.min, 0);
  EXPECT_EQ(six.max, 15000);
  EXPECT_EQ(ActivationRange(Activation::kRelu6, 0.0001f, 0, kInt16Range).max, 32767);
}

TEST(ActivationTest, FloatRanges) {
  EXPECT_EQ(ActivationRangeFloat(Activation::kRelu).min, 0.0f);
  EXPECT_GT(ActivationRangeFloat(Activation::kRelu).max, 1e38f);
  EXPECT_EQ(ActivationRangeFloat(Activation::kRelu6).max, 6.0f);
}

}  // namespace
}  // namespace edgerack::compiler
