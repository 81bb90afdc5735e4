// The reference kernels against the mathematics they stand for, computed here in another way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "firmware/kernels/add/add.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"
#include "firmware/kernels/fully_connected/fully_connected.h"
#include "firmware/kernels/pool2d/pool2d.h"
#include "firmware/kernels/quantize/quantize.h"
#include "firmware/kernels/softmax/softmax.h"

namespace {

std::mt19937& Random() {
  static std::mt19937 engine(42);
  return engine;
}

int32_t In(int32_t low, int32_t high) {
  return std::uniform_int_distribution<int32_t>(low, high)(Random());
}

std::vector<int8_t> Bytes(int32_t n) {
  std::vector<int8_t> v(static_cast<size_t>(n));
  for (int8_t& x : v) x = static_cast<int8_t>(In(-128, 127));
  return v;
}

std::vector<float> Floats(int32_t n) {
  std::vector<float> v(static_cast<size_t>(n));
  for (float& x : v) x = std::uniform_real_distribution<float>(-2, 2)(Random());
  return v;
}

// A real factor as a Q0.31 multiplier and a shift, as a compiler would write it.
void Quantize(double factor, int32_t* multiplier, int32_t* shift) {
  int exponent;
  const double q = std::frexp(factor, &exponent);
  int64_t fixed = std::llround(q * (int64_t{1} << 31));
  if (fixed == (int64_t{1} << 31)) {
    fixed /= 2;
    exponent++;
  }
  *multiplier = static_cast<int32_t>(fixed);
  *shift = exponent;
}

er_conv2d_shape_t RandomShape() {
  er_conv2d_shape_t s = {};
  s.batch = In(1, 2);
  s.in_h = In(3, 8);
  s.in_w = In(3, 8);
  s.in_c = In(1, 5);
  s.out_h = In(1, 5);
  s.out_w = In(1, 5);
  s.out_c = In(1, 5);
  s.kernel_h = In(1, 3);
  s.kernel_w = In(1, 3);
  s.stride_h = In(1, 2);
  s.stride_w = In(1, 2);
  s.dilation_h = In(1, 2);
  s.dilation_w = In(1, 2);
  s.pad_top = In(0, 2);
  s.pad_left = In(0, 2);
  return s;
}

int32_t OutputElements(const er_conv2d_shape_t& s) { return s.batch * s.out_h * s.out_w * s.out_c; }

// sum over the window of x(value) * w(tap, channel) for one output, in double.
template <typename X, typename W>
double WindowSum(const er_conv2d_shape_t& s, int32_t index, X x, W w) {
  const int32_t oc = index % s.out_c, ox = index / s.out_c % s.out_w,
                oy = index / s.out_c / s.out_w % s.out_h, n = index / s.out_c / s.out_w / s.out_h;
  double sum = 0;
  for (int32_t ky = 0; ky < s.kernel_h; ky++) {
    for (int32_t kx = 0; kx < s.kernel_w; kx++) {
      const int32_t y = oy * s.stride_h + ky * s.dilation_h - s.pad_top;
      const int32_t xx = ox * s.stride_w + kx * s.dilation_w - s.pad_left;
      if (y < 0 || y >= s.in_h || xx < 0 || xx >= s.in_w) continue;
      for (int32_t c = 0; c < s.in_c; c++) {
        sum += x(((n * s.in_h + y) * s.in_w + xx) * s.in_c + c) * w(ky * s.kernel_w + kx, c, oc);
      }
    }
  }
  return sum;
}

TEST(Conv2d, S8IsTheRoundedRealResult) {
  for (int round = 0; round < 300; round++) {
    er_conv2d_s8_params_t p = {};
    p.shape = RandomShape();
    const er_conv2d_shape_t& s = p.shape;
    p.input_offset = In(-127, 128);
    p.output_offset = In(-20, 20);
    p.act_min = -128;
    p.act_max = 127;
    const auto x = Bytes(s.batch * s.in_h * s.in_w * s.in_c);
    const auto w = Bytes(s.out_c * s.kernel_h * s.kernel_w * s.in_c);
    std::vector<int32_t> bias, multiplier, shift;
    std::vector<double> factor;
    for (int32_t c = 0; c < s.out_c; c++) {
      bias.push_back(In(-3000, 3000));
      factor.push_back(std::exp2(-In(6, 12)) * In(500, 1000) / 1000.0);
      multiplier.push_back(0);
      shift.push_back(0);
      Quantize(factor.back(), &multiplier.back(), &shift.back());
    }
    std::vector<int8_t> y(static_cast<size_t>(OutputElements(s)));
    const er_kernel_call_t call = {
        &p,
        {x.data(), w.data(), bias.data(), multiplier.data(), shift.data()},
        {y.data()},
        nullptr};
    er_conv2d_s8_ref(&call);
    for (int32_t i = 0; i < OutputElements(s); i++) {
      const int32_t oc = i % s.out_c;
      const double sum =
          bias[oc] + WindowSum(
                         s, i, [&](int32_t at) { return double{0} + x[at] + p.input_offset; },
                         [&](int32_t tap, int32_t c, int32_t o) {
                           return w[(o * s.kernel_h * s.kernel_w + tap) * s.in_c + c];
                         });
      const double real = std::clamp(sum * factor[oc] + p.output_offset, -128.0, 127.0);
      ASSERT_NEAR(y[i], real, 0.5001 + 0.01) << "round " << round << " output " << i;
    }
  }
}

TEST(Conv2d, F32) {
  for (int round = 0; round < 200; round++) {
    er_conv2d_f32_params_t p = {RandomShape(), -3.0f, 4.0f};
    const er_conv2d_shape_t& s = p.shape;
    const auto x = Floats(s.batch * s.in_h * s.in_w * s.in_c);
    const auto w = Floats(s.out_c * s.kernel_h * s.kernel_w * s.in_c);
    const auto bias = Floats(s.out_c);
    std::vector<float> y(static_cast<size_t>(OutputElements(s)));
    const er_kernel_call_t call = {&p, {x.data(), w.data(), bias.data()}, {y.data()}, nullptr};
    er_conv2d_f32_ref(&call);
    for (int32_t i = 0; i < OutputElements(s); i++) {
      const double sum = WindowSum(
          s, i, [&](int32_t at) { return x[at]; },
          [&](int32_t tap, int32_t c, int32_t o) {
            return w[(o * s.kernel_h * s.kernel_w + tap) * s.in_c + c];
          });
      ASSERT_NEAR(y[i], std::clamp(sum + bias[i % s.out_c], -3.0, 4.0), 1e-4);
    }
  }
}

// A depthwise convolution is a convolution whose weights are zero between different channels.
TEST(DepthwiseConv2d, EqualsConvolutionWithDiagonalWeights) {
  for (int round = 0; round < 300; round++) {
    er_depthwise_conv2d_s8_params_t d = {};
    d.shape = RandomShape();
    d.depth_multiplier = In(1, 3);
    er_conv2d_shape_t& s = d.shape;
    s.out_c = s.in_c * d.depth_multiplier;
    d.input_offset = In(-127, 128);
    d.output_offset = In(-128, 127);
    d.act_min = In(-128, -1);
    d.act_max = In(0, 127);
    const er_conv2d_s8_params_t p = {s, d.input_offset, d.output_offset, d.act_min, d.act_max};
    const int32_t taps = s.kernel_h * s.kernel_w;
    const auto x = Bytes(s.batch * s.in_h * s.in_w * s.in_c);
    const auto w = Bytes(taps * s.out_c);
    std::vector<int8_t> full(static_cast<size_t>(s.out_c * taps * s.in_c), 0);
    std::vector<int32_t> bias, multiplier, shift;
    for (int32_t o = 0; o < s.out_c; o++) {
      for (int32_t t = 0; t < taps; t++) {
        full[(o * taps + t) * s.in_c + o / d.depth_multiplier] = w[t * s.out_c + o];
      }
      bias.push_back(In(-30000, 30000));
      multiplier.push_back(In(1 << 30, INT32_MAX));
      shift.push_back(In(-9, -3));
    }
    std::vector<int8_t> y(static_cast<size_t>(OutputElements(s))), expected(y.size());
    er_kernel_call_t call = {&p,
                             {x.data(), full.data(), bias.data(), multiplier.data(), shift.data()},
                             {expected.data()},
                             nullptr};
    er_conv2d_s8_ref(&call);
    call.params = &d;
    call.in[1] = w.data();
    call.out[0] = y.data();
    er_depthwise_conv2d_s8_ref(&call);
    ASSERT_EQ(y, expected) << "round " << round;

    const er_depthwise_conv2d_f32_params_t df = {s, d.depth_multiplier, -9.0f, 9.0f};
    const er_conv2d_f32_params_t pf = {s, -9.0f, 9.0f};
    const auto xf = Floats(static_cast<int32_t>(x.size()));
    const auto wf = Floats(static_cast<int32_t>(w.size()));
    std::vector<float> full_f(full.size(), 0.0f), yf(y.size()), expected_f(y.size());
    for (int32_t o = 0; o < s.out_c; o++) {
      for (int32_t t = 0; t < taps; t++) {
        full_f[(o * taps + t) * s.in_c + o / d.depth_multiplier] = wf[t * s.out_c + o];
      }
    }
    er_kernel_call_t call_f = {
        &pf, {xf.data(), full_f.data(), nullptr}, {expected_f.data()}, nullptr};
    er_conv2d_f32_ref(&call_f);
    call_f.params = &df;
    call_f.in[1] = wf.data();
    call_f.out[0] = yf.data();
    er_depthwise_conv2d_f32_ref(&call_f);
    for (size_t i = 0; i < yf.size(); i++) ASSERT_NEAR(yf[i], expected_f[i], 1e-5);
  }
}

TEST(FullyConnected, EqualsPointwiseConvolution) {
  for (int round = 0; round < 200; round++) {
    const int32_t rows = In(1, 4), in = In(1, 40), out = In(1, 9);
    const er_fully_connected_s8_params_t f = {rows,          in,   out, In(-127, 128),
                                              In(-128, 127), -128, 127};
    er_conv2d_s8_params_t p = {};
    p.shape = {1, rows, 1, in, rows, 1, out, 1, 1, 1, 1, 1, 1, 0, 0};
    p.input_offset = f.input_offset;
    p.output_offset = f.output_offset;
    p.act_min = -128;
    p.act_max = 127;
    const auto x = Bytes(rows * in), w = Bytes(out * in);
    std::vector<int32_t> multiplier, shift;
    for (int32_t o = 0; o < out; o++) {
      multiplier.push_back(In(1 << 30, INT32_MAX));
      shift.push_back(In(-9, 2));
    }
    std::vector<int8_t> y(static_cast<size_t>(rows * out)), expected(y.size());
    er_kernel_call_t call = {&p,
                             {x.data(), w.data(), nullptr, multiplier.data(), shift.data()},
                             {expected.data()},
                             nullptr};
    er_conv2d_s8_ref(&call);
    call.params = &f;
    call.out[0] = y.data();
    er_fully_connected_s8_ref(&call);
    ASSERT_EQ(y, expected);
  }
}

TEST(Pool2d, MaxAndAverage) {
  for (int round = 0; round < 300; round++) {
    const er_pool2d_shape_t s = {In(1, 2), In(2, 7), In(2, 7), In(1, 4), In(1, 4), In(1, 4),
                                 In(1, 3), In(1, 3), In(1, 2), In(1, 2), In(0, 1), In(0, 1)};
    const er_pool2d_s8_params_t p = {s, -100, 100};
    const er_pool2d_f32_params_t pf = {s, -1.5f, 1.5f};
    const int32_t in = s.batch * s.in_h * s.in_w * s.channels;
    const int32_t out = s.batch * s.out_h * s.out_w * s.channels;
    const auto x = Bytes(in);
    const auto xf = Floats(in);
    std::vector<int8_t> max(static_cast<size_t>(out)), average(max.size());
    std::vector<float> max_f(max.size()), average_f(max.size());
    er_kernel_call_t call = {&p, {x.data()}, {max.data()}, nullptr};
    er_max_pool2d_s8_ref(&call);
    call.out[0] = average.data();
    er_avg_pool2d_s8_ref(&call);
    call = {&pf, {xf.data()}, {max_f.data()}, nullptr};
    er_max_pool2d_f32_ref(&call);
    call.out[0] = average_f.data();
    er_avg_pool2d_f32_ref(&call);
    for (int32_t i = 0; i < out; i++) {
      const int32_t c = i % s.channels, ox = i / s.channels % s.out_w,
                    oy = i / s.channels / s.out_w % s.out_h, n = i / s.channels / s.out_w / s.out_h;
      double sum = 0, count = 0, best = -128, sum_f = 0, best_f = -1e9;
      for (int32_t ky = 0; ky < s.kernel_h; ky++) {
        for (int32_t kx = 0; kx < s.kernel_w; kx++) {
          const int32_t y = oy * s.stride_h + ky - s.pad_top,
                        xx = ox * s.stride_w + kx - s.pad_left;
          if (y < 0 || y >= s.in_h || xx < 0 || xx >= s.in_w) continue;
          const int32_t at = ((n * s.in_h + y) * s.in_w + xx) * s.channels + c;
          count++;
          sum += x[at];
          best = std::max<double>(best, x[at]);
          sum_f += xf[at];
          best_f = std::max<double>(best_f, xf[at]);
        }
      }
      if (count == 0) continue;  // a window wholly in the padding has no defined value
      ASSERT_EQ(max[i], std::clamp(best, -100.0, 100.0));
      ASSERT_EQ(average[i], std::clamp(std::round(sum / count), -100.0, 100.0));
      ASSERT_NEAR(max_f[i], std::clamp(best_f, -1.5, 1.5), 1e-6);
      ASSERT_NEAR(average_f[i], std::clamp(sum_f / count, -1.5, 1.5), 1e-5);
    }
  }
}

TEST(Softmax, S8FollowsTheRealOne) {
  for (int round = 0; round < 300; round++) {
    const int32_t rows = In(1, 3), depth = In(1, 40);
    const double scale = In(1, 400) / 1000.0;
    // beta * scale in Q5.26, the greatest factor 2^31 - 1; differences below diff_min underflow.
    er_softmax_s8_params_t p = {rows, depth, 0, 0, 0};
    Quantize(std::min(scale * (1 << 26), 2147483647.0), &p.input_multiplier, &p.input_left_shift);
    p.diff_min =
        -static_cast<int32_t>(std::floor(31.0 * (1 << 26) / std::exp2(p.input_left_shift)));
    const auto x = Bytes(rows * depth);
    std::vector<int8_t> y(x.size());
    const er_kernel_call_t call = {&p, {x.data()}, {y.data()}, nullptr};
    er_softmax_s8_ref(&call);
    for (int32_t row = 0; row < rows; row++) {
      double sum = 0;
      for (int32_t i = 0; i < depth; i++) sum += std::exp(scale * x[row * depth + i]);
      for (int32_t i = 0; i < depth; i++) {
        const double real = std::exp(scale * x[row * depth + i]) / sum * 256 - 128;
        ASSERT_NEAR(y[row * depth + i], std::min(real, 127.0), 0.6) << scale;
      }
    }
  }
}

TEST(Softmax, F32) {
  const er_softmax_f32_params_t p = {2, 3, 2.0f};
  const float x[6] = {1, 2, 3, -100, 0, 100};
  float y[6];
  const er_kernel_call_t call = {&p, {x}, {y}, nullptr};
  er_softmax_f32_ref(&call);
  const double sum = std::exp(-4.0) + std::exp(-2.0) + 1;
  EXPECT_NEAR(y[0], std::exp(-4.0) / sum, 1e-7);
  EXPECT_NEAR(y[2], 1 / sum, 1e-7);
  EXPECT_EQ(y[3], 0.0f);
  EXPECT_EQ(y[5], 1.0f);
}

TEST(Add, S8FollowsTheRealSum) {
  for (int round = 0; round < 200; round++) {
    const double a_scale = In(1, 100) / 1000.0, b_scale = In(1, 100) / 1000.0,
                 y_scale = In(50, 200) / 1000.0, twice = 2 * std::max(a_scale, b_scale);
    er_add_s8_params_t p = {};
    p.count = 50;
    p.left_shift = 20;
    p.a_offset = In(-127, 128);
    p.b_offset = In(-127, 128);
    p.output_offset = In(-128, 127);
    p.act_min = -128;
    p.act_max = 127;
    Quantize(a_scale / twice, &p.a_multiplier, &p.a_shift);
    Quantize(b_scale / twice, &p.b_multiplier, &p.b_shift);
    Quantize(twice / ((1 << 20) * y_scale), &p.output_multiplier, &p.output_shift);
    const auto a = Bytes(p.count), b = Bytes(p.count);
    std::vector<int8_t> y(a.size());
    const er_kernel_call_t call = {&p, {a.data(), b.data()}, {y.data()}, nullptr};
    er_add_s8_ref(&call);
    for (size_t i = 0; i < y.size(); i++) {
      const double real =
          ((a[i] + p.a_offset) * a_scale + (b[i] + p.b_offset) * b_scale) / y_scale +
          p.output_offset;
      ASSERT_NEAR(y[i], std::clamp(real, -128.0, 127.0), 0.51);
    }
  }
}

TEST(Add, F32) {
  const er_add_f32_params_t p = {3, 0.0f, 6.0f};
  const float a[3] = {1, -5, 4}, b[3] = {2, 1, 4};
  float y[3];
  const er_kernel_call_t call = {&p, {a, b}, {y}, nullptr};
  er_add_f32_ref(&call);
  EXPECT_EQ(y[0], 3.0f);
  EXPECT_EQ(y[1], 0.0f);
  EXPECT_EQ(y[2], 6.0f);
}

TEST(Quantize, RoundsHalfAwayAndSaturates) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {0.25f, -0.25f, 0.74f, 0.0f, 1e30f, -1e30f, kInf, -kInf, 63.0f};
  const er_quantize_params_t p = {static_cast<int32_t>(x.size()), 0.5f, 3};
  std::vector<int8_t> q(x.size());
  er_kernel_call_t call = {&p, {x.data()}, {q.data()}, nullptr};
  er_quantize_f32_s8_ref(&call);
  EXPECT_EQ(q, (std::vector<int8_t>{4, 2, 4, 3, 127, -128, 127, -128, 127}));

  std::vector<float> back(q.size());
  call = {&p, {q.data()}, {back.data()}, nullptr};
  er_dequantize_s8_f32_ref(&call);
  EXPECT_EQ(back[0], 0.5f);
  EXPECT_EQ(back[5], -65.5f);
}

TEST(Requantize, S8) {
  er_requantize_s8_params_t p = {};
  p.count = 256;
  p.input_offset = 5;
  p.output_offset = -7;
  Quantize(0.37, &p.multiplier, &p.shift);
  std::vector<int8_t> x, y(256);
  for (int i = -128; i < 128; i++) x.push_back(static_cast<int8_t>(i));
  const er_kernel_call_t call = {&p, {x.data()}, {y.data()}, nullptr};
  er_requantize_s8_ref(&call);
  for (size_t i = 0; i < 256; i++) {
    // Rounded twice: to a whole number before the halving that the shift stands for, and after it.
    EXPECT_NEAR(y[i], std::clamp((x[i] + 5) * 0.37 - 7, -128.0, 127.0), 0.7501);
  }
}

}  // namespace
