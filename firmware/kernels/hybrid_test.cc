// Hybrid kernels: near to the real result, and the Armv7E-M ones equal the reference bit for bit.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

namespace {

constexpr float kNoLimit = std::numeric_limits<float>::max();

// Operands of one call, drawn anew in each round.
class HybridTest : public testing::Test {
 protected:
  int32_t In(int32_t low, int32_t high) {
    return std::uniform_int_distribution<int32_t>(low, high)(random_);
  }

  float Real(float low, float high) {
    return std::uniform_real_distribution<float>(low, high)(random_);
  }

  void Draw(int32_t inputs, int32_t weights, int32_t channels, int32_t outputs) {
    const float middle = Real(-3, 3);
    x_.assign(static_cast<size_t>(inputs), 0);
    for (float& v : x_) v = middle + Real(-2, 2);
    w_.assign(static_cast<size_t>(weights), 0);
    for (int8_t& v : w_) v = static_cast<int8_t>(In(-128, 127));
    bias_.assign(static_cast<size_t>(channels), 0);
    for (float& v : bias_) v = Real(-1, 1);
    scale_.assign(static_cast<size_t>(channels), 0);
    for (float& v : scale_) v = Real(0.001f, 0.02f);
    with_bias_ = In(0, 3) != 0;
    outputs_ = static_cast<size_t>(outputs);
  }

  // Exactly as much scratch as asked for, so that the sanitizer sees a step beyond.
  std::vector<float> Run(er_kernel_run_t* run, const void* params, uint32_t scratch_bytes) {
    std::vector<float> y(outputs_, -77.0f);
    std::vector<uint8_t> scratch(scratch_bytes, 0x55);
    const er_kernel_call_t call = {
        params,
        {x_.data(), w_.data(), with_bias_ ? bias_.data() : nullptr, scale_.data()},
        {y.data()},
        scratch.data()};
    run(&call);
    return y;
  }

  er_conv2d_shape_t Shape() {
    er_conv2d_shape_t s = {};
    s.batch = In(1, 2);
    s.in_h = In(1, 9);
    s.in_w = In(1, 9);
    s.in_c = In(1, 9);
    s.out_h = In(1, 6);  // reaches past the input, too
    s.out_w = In(1, 6);
    s.out_c = In(1, 7);
    s.kernel_h = In(0, 2) ? In(1, 4) : 1;
    s.kernel_w = In(0, 2) ? In(1, 4) : 1;
    s.stride_h = In(1, 3);
    s.stride_w = In(1, 3);
    s.dilation_h = In(1, 2);
    s.dilation_w = In(1, 2);
    s.pad_top = In(0, 3);
    s.pad_left = In(0, 3);
    return s;
  }

  // One output of a convolution in double, and how far rounding x to a step may move it.
  template <typename Tap>
  void ExpectNear(const er_conv2d_shape_t& s, size_t index, float y, float step, Tap tap) {
    const int32_t i = static_cast<int32_t>(index);
    const int32_t oc = i % s.out_c, ox = i / s.out_c % s.out_w,
                  oy = i / s.out_c / s.out_w % s.out_h, n = i / s.out_c / s.out_w / s.out_h;
    double sum = 0, weight_sum = 0;
    for (int32_t ky = 0; ky < s.kernel_h; ky++) {
      for (int32_t kx = 0; kx < s.kernel_w; kx++) {
        const int32_t row = oy * s.stride_h + ky * s.dilation_h - s.pad_top;
        const int32_t column = ox * s.stride_w + kx * s.dilation_w - s.pad_left;
        if (row < 0 || row >= s.in_h || column < 0 || column >= s.in_w) continue;
        const int32_t pixel = ((n * s.in_h + row) * s.in_w + column) * s.in_c;
        tap(oc, ky * s.kernel_w + kx, [&](int32_t channel, int32_t weight) {
          const double w = w_[static_cast<size_t>(weight)];
          sum += static_cast<double>(x_[static_cast<size_t>(pixel + channel)]) * w;
          weight_sum += std::abs(w);
        });
      }
    }
    const auto c = static_cast<size_t>(oc);
    const double scale = static_cast<double>(scale_[c]);
    const double real = sum * scale + (with_bias_ ? static_cast<double>(bias_[c]) : 0.0);
    ASSERT_NEAR(static_cast<double>(y), real,
                weight_sum * scale * static_cast<double>(step) + 1e-4 * std::abs(real) + 1e-4);
  }

  static constexpr float kStep = 10.1f / 254.0f;  // |x| < 5: no step is larger

  std::mt19937 random_{17};
  std::vector<float> x_, bias_, scale_;
  std::vector<int8_t> w_;
  bool with_bias_ = false;
  size_t outputs_ = 0;
};

TEST_F(HybridTest, Conv2d) {
  for (int round = 0; round < 3000; round++) {
    const er_conv2d_h8_params_t p = {Shape(), In(0, 1), -kNoLimit, kNoLimit};
    const er_conv2d_shape_t& s = p.shape;
    Draw(s.batch * s.in_h * s.in_w * s.in_c, s.out_c * s.kernel_h * s.kernel_w * s.in_c, s.out_c,
         s.batch * s.out_h * s.out_w * s.out_c);
    const auto y = Run(er_conv2d_h8_ref, &p, er_conv2d_h8_ref_scratch_bytes(&p));
    ASSERT_EQ(y, Run(er_conv2d_h8_armv7em, &p, er_conv2d_h8_armv7em_scratch_bytes(&p)))
        << "round " << round << ": in " << s.in_h << "x" << s.in_w << "x" << s.in_c << " kernel "
        << s.kernel_h << "x" << s.kernel_w << " out_c " << s.out_c;
    for (size_t i = 0; i < y.size(); i++) {
      ExpectNear(s, i, y[i], kStep, [&](int32_t oc, int32_t tap, auto add) {
        const int32_t first = (oc * s.kernel_h * s.kernel_w + tap) * s.in_c;
        for (int32_t c = 0; c < s.in_c; c++) add(c, first + c);
      });
    }
  }
}

TEST_F(HybridTest, DepthwiseConv2d) {
  for (int round = 0; round < 1000; round++) {
    er_depthwise_conv2d_h8_params_t p = {Shape(), In(1, 3), In(0, 1), -kNoLimit, kNoLimit};
    er_conv2d_shape_t& s = p.shape;
    s.out_c = s.in_c * p.depth_multiplier;
    Draw(s.batch * s.in_h * s.in_w * s.in_c, s.kernel_h * s.kernel_w * s.out_c, s.out_c,
         s.batch * s.out_h * s.out_w * s.out_c);
    const auto y =
        Run(er_depthwise_conv2d_h8_ref, &p, er_depthwise_conv2d_h8_ref_scratch_bytes(&p));
    for (size_t i = 0; i < y.size(); i++) {
      ExpectNear(s, i, y[i], kStep, [&](int32_t oc, int32_t tap, auto add) {
        add(oc / p.depth_multiplier, tap * s.out_c + oc);
      });
    }
  }
}

TEST_F(HybridTest, FullyConnected) {
  for (int round = 0; round < 3000; round++) {
    const er_fully_connected_h8_params_t p = {In(1, 3), In(1, 70), In(1, 14),
                                              In(0, 1), -kNoLimit, kNoLimit};
    Draw(p.rows * p.in_features, p.out_features * p.in_features, p.out_features,
         p.rows * p.out_features);
    const auto y = Run(er_fully_connected_h8_ref, &p, er_fully_connected_h8_ref_scratch_bytes(&p));
    ASSERT_EQ(
        y, Run(er_fully_connected_h8_armv7em, &p, er_fully_connected_h8_armv7em_scratch_bytes(&p)))
        << "round " << round << ": " << p.in_features << " -> " << p.out_features;
    // A row is an image of one pixel.
    const er_conv2d_shape_t s = {p.rows, 1, 1, p.in_features, 1, 1, p.out_features, 1, 1, 1, 1, 1,
                                 1,      0, 0};
    for (size_t i = 0; i < y.size(); i++) {
      ExpectNear(s, i, y[i], kStep, [&](int32_t o, int32_t, auto add) {
        for (int32_t c = 0; c < p.in_features; c++) add(c, o * p.in_features + c);
      });
    }
  }
}

TEST_F(HybridTest, ClampsAndRowsAreIndependent) {
  const er_fully_connected_h8_params_t p = {2, 8, 5, 0, -0.25f, 0.5f};
  Draw(16, 40, 5, 10);
  for (size_t i = 0; i < 8; i++) x_[8 + i] = 100 * x_[i];  // same quantized values, another scale
  with_bias_ = false;
  const er_fully_connected_h8_params_t open = {2, 8, 5, 0, -kNoLimit, kNoLimit};
  const auto y = Run(er_fully_connected_h8_ref, &p, 8);
  const auto unclamped = Run(er_fully_connected_h8_ref, &open, 8);
  for (size_t i = 0; i < 5; i++) {
    EXPECT_NEAR(unclamped[5 + i], 100 * unclamped[i], 1e-3f * std::abs(unclamped[5 + i]) + 1e-3f);
  }
  for (size_t i = 0; i < 10; i++) EXPECT_EQ(y[i], std::min(0.5f, std::max(-0.25f, unclamped[i])));
}

}  // namespace
