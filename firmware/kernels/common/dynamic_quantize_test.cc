#include "firmware/kernels/common/dynamic_quantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

struct Quantized {
  er_dynamic_scale_t scale;
  std::vector<int8_t> q;
};

Quantized Quantize(const std::vector<float>& x, bool asymmetric) {
  Quantized result = {{}, std::vector<int8_t>(x.size(), 99)};
  result.scale = er_quantize_dynamic(x.data(), static_cast<int32_t>(x.size()), asymmetric ? 1 : 0,
                                     result.q.data());
  return result;
}

TEST(DynamicQuantize, SymmetricUsesTheLargestMagnitude) {
  const Quantized r = Quantize({-2.54f, 0.0f, 1.27f, 0.029f, 0.031f, -0.031f}, false);
  EXPECT_EQ(r.scale.scale, 2.54f / 127.0f);
  EXPECT_EQ(r.scale.zero_point, 0);
  EXPECT_EQ(r.q, (std::vector<int8_t>{-127, 0, 64, 1, 2, -2}));  // 63.5 rounds away from zero
}

TEST(DynamicQuantize, AsymmetricUsesTheWholeRange) {
  const Quantized r = Quantize({0.0f, 51.0f, 25.5f, 102.0f}, true);
  EXPECT_EQ(r.scale.scale, 0.4f);
  EXPECT_EQ(r.scale.zero_point, -128);
  EXPECT_EQ(r.q.front(), -128);
  EXPECT_EQ(r.q.back(), 127);
  // The range is stretched to contain zero.
  EXPECT_EQ(Quantize({51.0f, 102.0f}, true).scale.zero_point, -128);
  EXPECT_EQ(Quantize({-51.0f, -102.0f}, true).scale.zero_point, 127);
}

TEST(DynamicQuantize, AllZero) {
  for (bool asymmetric : {false, true}) {
    const Quantized r = Quantize({0.0f, -0.0f}, asymmetric);
    EXPECT_EQ(r.scale.scale, 1.0f);
    EXPECT_EQ(r.scale.zero_point, 0);
    EXPECT_EQ(r.q, (std::vector<int8_t>{0, 0}));
  }
}

TEST(DynamicQuantize, EveryValueIsWithinHalfAStep) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; round++) {
    const float spread = std::exp2(static_cast<float>(random() % 40) - 20.0f);
    const float middle = static_cast<float>(random() % 5) - 2.0f;
    std::vector<float> x(1 + random() % 50);
    for (float& v : x) {
      v = spread * (middle + std::uniform_real_distribution<float>(-1, 1)(random));
    }
    for (bool asymmetric : {false, true}) {
      const Quantized r = Quantize(x, asymmetric);
      for (size_t i = 0; i < x.size(); i++) {
        const float back = r.scale.scale * static_cast<float>(r.q[i] - r.scale.zero_point);
        // Asymmetric: the rounding of the zero point may clip the ends by another half step.
        ASSERT_NEAR(back, x[i], r.scale.scale * (asymmetric ? 1.01f : 0.501f)) << round;
      }
    }
  }
}

TEST(DynamicQuantize, WhatIsNoNumberDoesNoHarm) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(Quantize({nan, 1.0f, -1.0f}, false).q, (std::vector<int8_t>{0, 127, -127}));
  for (bool asymmetric : {false, true}) {
    Quantize({nan, nan}, asymmetric);
    Quantize({infinity, -infinity, nan, 1.0f}, asymmetric);
    Quantize({-infinity, 0.0f}, asymmetric);
    Quantize({tiny, -tiny}, asymmetric);
    Quantize({std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()}, asymmetric);
  }
}

}  // namespace
