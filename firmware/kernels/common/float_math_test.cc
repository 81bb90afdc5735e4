// The portable functions against the host's libm in double precision: dense samples over every
// exponent, and the special values.
#include "firmware/kernels/common/float_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

struct Case {
  const char* name;
  float (*ours)(float);
  double (*exact)(double);
  double allowed_ulp;
};

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double Softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

const Case kCases[] = {
    {"exp", er_expf, std::exp, 2},           {"expm1", er_expm1f, std::expm1, 3},
    {"tanh", er_tanhf, std::tanh, 3},        {"sigmoid", er_sigmoidf, Sigmoid, 4},
    {"softplus", er_softplusf, Softplus, 1}, {"erf", er_erff, std::erf, 3},
    {"sin", er_sinf, std::sin, 2},           {"cos", er_cosf, std::cos, 2},
    {"tan", er_tanf, std::tan, 4},           {"asin", er_asinf, std::asin, 3},
    {"acos", er_acosf, std::acos, 3},        {"atan", er_atanf, std::atan, 3},
    {"log", er_logf, std::log, 1},           {"sinh", er_sinhf, std::sinh, 2},
    {"cosh", er_coshf, std::cosh, 1},        {"asinh", er_asinhf, std::asinh, 2},
    {"acosh", er_acoshf, std::acosh, 1},     {"atanh", er_atanhf, std::atanh, 2},
};

// Distance in units of the last place of the exact value.
double UlpError(float ours, double exact) {
  const float nearest = static_cast<float>(exact);
  if (std::isnan(exact) || std::isnan(ours)) {
    return std::isnan(ours) == std::isnan(nearest) ? 0 : 1e9;
  }
  if (ours == nearest) return 0;
  if (std::isinf(ours) || std::isinf(nearest)) {
    // One step from the largest float to infinity is an error like others.
    const float finite = std::isinf(ours) ? nearest : ours;
    return std::fabs(finite) > 3.4028e38f ? 1 : 1e9;
  }
  int exponent;
  std::frexp(nearest, &exponent);
  const double ulp = std::exp2(std::max(exponent, -125) - 24);
  return std::fabs(static_cast<double>(ours) - exact) / ulp;
}

TEST(FloatMath, IsCloseToTheTrueValueEverywhere) {
  for (const Case& c : kCases) {
    double worst = 0;
    float worst_at = 0;
    // Every 1009th float of both signs: about four million of each function.
    for (uint64_t bits = 0; bits <= 0xFFFFFFFFu; bits += 1009) {
      const float x = er_float_of_bits(static_cast<uint32_t>(bits));
      const double exact = c.exact(static_cast<double>(x));
      // exp flushes results below the normal range to 0, and so do those that divide by it.
      if (std::fabs(exact) < 1.2e-38 && (c.ours == er_expf || c.ours == er_sigmoidf)) continue;
      const double error = UlpError(c.ours(x), exact);
      if (error > worst) {
        worst = error;
        worst_at = x;
      }
    }
    std::printf("%-9s %.2f ulp at %.9g\n", c.name, worst, static_cast<double>(worst_at));
    EXPECT_LE(worst, c.allowed_ulp) << c.name << " at " << worst_at;
  }
}

TEST(FloatMath, RoundsExactly) {
  for (uint64_t bits = 0; bits <= 0xFFFFFFFFu; bits += 4001) {
    const float x = er_float_of_bits(static_cast<uint32_t>(bits));
    if (std::isnan(x)) continue;
    ASSERT_EQ(er_float_bits(er_floorf(x)), er_float_bits(std::floor(x))) << x;
    ASSERT_EQ(er_float_bits(er_ceilf(x)), er_float_bits(std::ceil(x))) << x;
    ASSERT_EQ(er_float_bits(er_rintf(x)), er_float_bits(std::rint(x))) << x;
  }
  for (const float x : {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 8388607.5f, -0.0f, 0.25f}) {
    EXPECT_EQ(er_float_bits(er_rintf(x)), er_float_bits(std::nearbyint(x))) << x;
  }
}

std::vector<float> Interesting() {
  std::vector<float> values = {0.0f,        1.0f,  0.5f,    2.0f,    3.0f,     2.5f, 1e-40f,
                               1e-20f,      1e20f, 3.4e38f, 1.0001f, 0.99999f, 7.0f, 1e9f,
                               16777217.0f, kInf,  0.1f,    10.0f,   127.5f,   1e5f};
  const size_t positive = values.size();
  for (size_t i = 0; i < positive; i++) values.push_back(-values[i]);
  values.push_back(std::numeric_limits<float>::quiet_NaN());
  return values;
}

TEST(FloatMath, FunctionsOfTwoOperandsFollowC99) {
  double worst_pow = 0, worst_atan2 = 0;
  std::vector<float> values = Interesting();
  uint32_t random = 12345;
  for (int i = 0; i < 500; i++) {
    random = random * 1664525u + 1013904223u;
    const float size =
        std::exp2(static_cast<float>(static_cast<int32_t>(random >> 8) % 4000) / 400.0f);
    values.push_back(random & 64 ? size : -size);
  }
  for (const float a : values) {
    for (const float b : values) {
      const double pow =
          UlpError(er_powf(a, b), std::pow(static_cast<double>(a), static_cast<double>(b)));
      const double atan2 =
          UlpError(er_atan2f(a, b), std::atan2(static_cast<double>(a), static_cast<double>(b)));
      ASSERT_LE(pow, 1) << a << " ^ " << b;
      ASSERT_LE(atan2, 4) << "atan2 " << a << " " << b;
      worst_pow = std::max(worst_pow, pow);
      worst_atan2 = std::max(worst_atan2, atan2);
      const float remainder = er_fmodf(a, b), expected = std::fmod(a, b);
      ASSERT_TRUE(er_float_bits(remainder) == er_float_bits(expected) ||
                  (std::isnan(remainder) && std::isnan(expected)))
          << a << " mod " << b << ": " << remainder << " instead of " << expected;
      if (std::isnan(er_powf(a, b))) continue;
      ASSERT_EQ(std::signbit(er_powf(a, b)), std::signbit(std::pow(a, b))) << a << " ^ " << b;
    }
  }
  std::printf("pow       %.2f ulp\natan2     %.2f ulp\n", worst_pow, worst_atan2);
}

TEST(FloatMath, KeepsTheSignOfZero) {
  for (const Case& c : kCases) {
    const float ours = c.ours(-0.0f);
    if (std::isnan(ours)) continue;  // acosh
    EXPECT_EQ(std::signbit(ours), std::signbit(c.exact(-0.0))) << c.name;
  }
}

}  // namespace
