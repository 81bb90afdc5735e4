// The kernels of bits: the reference against sums of -1, 0 and +1 computed one by one, the fast
// kernel against the reference, over random shapes, paddings and values.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "firmware/kernels/binarize/binarize.h"
#include "firmware/kernels/binary_conv2d/binary_conv2d.h"
#include "firmware/kernels/binary_pool2d/binary_pool2d.h"
#include "firmware/kernels/common/bits.h"

namespace {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int32_t In(int32_t low, int32_t high) {
    return std::uniform_int_distribution<int32_t>(low, high)(engine_);
  }

 private:
  std::mt19937 engine_;
};

// Rows of bits, packed as kernels take them.
class BitRows {
 public:
  BitRows(int32_t rows, int32_t columns)
      : columns_(columns),
        words_(static_cast<size_t>(rows) * static_cast<size_t>(er_row_words(columns)), 0) {}
  static BitRows Drawn(Random& random, int32_t rows, int32_t columns) {
    BitRows bits(rows, columns);
    for (int32_t r = 0; r < rows; ++r) {
      for (int32_t c = 0; c < columns; ++c) bits.Set(r, c, random.In(0, 1) != 0);
    }
    return bits;
  }

  bool Get(int32_t row, int32_t column) const {
    return (Word(row, column) >> (column % 32) & 1) != 0;
  }
  void Set(int32_t row, int32_t column, bool bit) {
    uint32_t& word = words_[At(row, column)];
    word = (word & ~(1u << (column % 32))) | (uint32_t{bit} << (column % 32));
  }
  const uint32_t* data() const { return words_.data(); }
  uint32_t* data() { return words_.data(); }
  bool operator==(const BitRows&) const = default;

 private:
  size_t At(int32_t row, int32_t column) const {
    return static_cast<size_t>(row * er_row_words(columns_) + column / 32);
  }
  uint32_t Word(int32_t row, int32_t column) const { return words_[At(row, column)]; }

  int32_t columns_;
  std::vector<uint32_t> words_;
};

struct Case {
  er_binary_conv2d_params_t p;
  BitRows x, weights;
  std::vector<int32_t> threshold;
  BitRows flip;
  int32_t pixels;
};

Case Drawn(Random& random, bool depthwise) {
  er_binary_conv2d_params_t p = {};
  er_conv2d_shape_t& s = p.shape;
  s = {random.In(1, 2), random.In(1, 7),  random.In(1, 7), random.In(1, 70), random.In(1, 5),
       random.In(1, 5), random.In(1, 40), random.In(1, 3), random.In(1, 3),  random.In(1, 2),
       random.In(1, 2), random.In(1, 2),  random.In(1, 2), random.In(0, 2),  random.In(0, 2)};
  if (depthwise) s.out_c = s.in_c;
  p.low = random.In(-1, 0);
  p.outside = random.In(p.low, 1);
  const int32_t taps = s.kernel_h * s.kernel_w;
  std::vector<int32_t> threshold;
  for (int32_t c = 0; c < s.out_c; ++c) threshold.push_back(random.In(-20, 20));
  return {p,
          BitRows::Drawn(random, s.batch * s.in_h * s.in_w, s.in_c),
          depthwise ? BitRows::Drawn(random, taps, s.in_c)
                    : BitRows::Drawn(random, s.out_c, taps * s.in_c),
          threshold,
          BitRows::Drawn(random, 1, s.out_c),
          s.batch * s.out_h * s.out_w};
}

int32_t ValueAt(const Case& c, int32_t n, int32_t y, int32_t x, int32_t channel) {
  const er_conv2d_shape_t& s = c.p.shape;
  if (y < 0 || y >= s.in_h || x < 0 || x >= s.in_w) return c.p.outside;
  return c.x.Get((n * s.in_h + y) * s.in_w + x, channel) ? 1 : c.p.low;
}

int32_t Sum(const Case& c, bool depthwise, int32_t pixel, int32_t channel) {
  const er_conv2d_shape_t& s = c.p.shape;
  const int32_t ox = pixel % s.out_w, oy = pixel / s.out_w % s.out_h, n = pixel / s.out_w / s.out_h;
  int32_t sum = 0;
  for (int32_t tap = 0; tap < s.kernel_h * s.kernel_w; ++tap) {
    const int32_t y = oy * s.stride_h - s.pad_top + tap / s.kernel_w * s.dilation_h;
    const int32_t x = ox * s.stride_w - s.pad_left + tap % s.kernel_w * s.dilation_w;
    for (int32_t i = depthwise ? channel : 0; i < (depthwise ? channel + 1 : s.in_c); ++i) {
      const bool w = depthwise ? c.weights.Get(tap, i) : c.weights.Get(channel, tap * s.in_c + i);
      sum += ValueAt(c, n, y, x, i) * (w ? 1 : -1);
    }
  }
  return sum;
}

std::vector<float> Numbers(const Case& c, er_kernel_run_t* run) {
  std::vector<float> y(static_cast<size_t>(c.pixels * c.p.shape.out_c), NAN);
  std::vector<uint8_t> scratch(er_binary_conv2d_s1_armv7em_scratch_bytes(&c.p));
  er_kernel_call_t call = {&c.p, {c.x.data(), c.weights.data()}, {y.data()}, scratch.data()};
  run(&call);
  return y;
}

BitRows Bits(const Case& c, er_kernel_run_t* run) {
  BitRows y(c.pixels, c.p.shape.out_c);
  std::vector<uint8_t> scratch(er_binary_conv2d_s1_armv7em_scratch_bytes(&c.p));
  er_kernel_call_t call = {&c.p,
                           {c.x.data(), c.weights.data(), c.threshold.data(), c.flip.data()},
                           {y.data()},
                           scratch.data()};
  run(&call);
  return y;
}

void ExpectSums(const Case& c, bool depthwise, er_kernel_run_t* run) {
  const std::vector<float> numbers = Numbers(c, run);
  const BitRows bits = Bits(c, run);
  const int32_t channels = c.p.shape.out_c;
  for (int32_t pixel = 0; pixel < c.pixels; ++pixel) {
    for (int32_t channel = 0; channel < channels; ++channel) {
      const int32_t sum = Sum(c, depthwise, pixel, channel);
      ASSERT_EQ(numbers[static_cast<size_t>(pixel * channels + channel)], static_cast<float>(sum));
      ASSERT_EQ(bits.Get(pixel, channel),
                (sum >= c.threshold[static_cast<size_t>(channel)]) != c.flip.Get(0, channel));
    }
  }
}

TEST(BinaryConv2dTest, SumsAndThresholdsAreThoseOfTheNumbers) {
  Random random(1);
  for (int i = 0; i < 60; ++i) {
    const Case c = Drawn(random, false);
    ExpectSums(c, false, er_binary_conv2d_s1_ref);
    ExpectSums(c, false, er_binary_conv2d_s1_armv7em);
  }
}

TEST(BinaryConv2dTest, ThePortableAndTheFastKernelFillTheSameWords) {
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    const Case c = Drawn(random, false);
    ASSERT_EQ(Numbers(c, er_binary_conv2d_s1_ref), Numbers(c, er_binary_conv2d_s1_armv7em));
    ASSERT_EQ(Bits(c, er_binary_conv2d_s1_ref), Bits(c, er_binary_conv2d_s1_armv7em));
  }
}

TEST(BinaryConv2dTest, DepthwiseSumsEachChannelOnItsOwn) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    ExpectSums(Drawn(random, true), true, er_binary_depthwise_conv2d_s1_ref);
  }
}

TEST(BinaryPool2dTest, AnyBitOrEveryBitOfAWindow) {
  Random random(4);
  for (int i = 0; i < 100; ++i) {
    const er_pool2d_shape_t s = {
        random.In(1, 2), 6, 7, random.In(1, 70), 3, 4, random.In(2, 3), 2, 2, 2, random.In(0, 1),
        random.In(0, 1)};
    const BitRows x = BitRows::Drawn(random, s.batch * s.in_h * s.in_w, s.channels);
    const BitRows every = BitRows::Drawn(random, 1, s.channels);
    BitRows y(s.batch * s.out_h * s.out_w, s.channels);
    er_kernel_call_t call = {&s, {x.data(), every.data()}, {y.data()}, nullptr};
    er_binary_pool2d_s1_ref(&call);
    for (int32_t pixel = 0; pixel < s.batch * s.out_h * s.out_w; ++pixel) {
      for (int32_t c = 0; c < s.channels; ++c) {
        int set = 0, inside = 0;
        for (int32_t tap = 0; tap < s.kernel_h * s.kernel_w; ++tap) {
          const int32_t iy = pixel / s.out_w % s.out_h * s.stride_h - s.pad_top + tap / s.kernel_w;
          const int32_t ix = pixel % s.out_w * s.stride_w - s.pad_left + tap % s.kernel_w;
          if (iy < 0 || iy >= s.in_h || ix < 0 || ix >= s.in_w) continue;
          ++inside;
          set += x.Get((pixel / s.out_w / s.out_h * s.in_h + iy) * s.in_w + ix, c);
        }
        ASSERT_EQ(y.Get(pixel, c), every.Get(0, c) ? set == inside : set > 0);
      }
    }
  }
}

TEST(BinarizeTest, TheSignOfZerosAndNan) {
  const std::vector<float> x = {-1, -0.0f, 0, 1e-30f, -1e-30f, NAN, INFINITY, -INFINITY};
  for (int32_t strict : {0, 1}) {
    const er_binarize_f32_params_t p = {2, 4, strict};
    uint32_t y[2] = {77, 77};
    er_kernel_call_t call = {&p, {x.data()}, {y}, nullptr};
    er_binarize_f32_ref(&call);
    EXPECT_EQ(y[0], strict ? 0b1000u : 0b1110u);
    EXPECT_EQ(y[1], 0b0100u);
  }
}

TEST(BinarizeTest, BitsComeBackAsTheNumbersTheyStandFor) {
  Random random(5);
  std::vector<int8_t> x(3 * 45);
  for (int8_t& v : x) v = static_cast<int8_t>(random.In(-128, 127));
  const er_binarize_s8_params_t p = {3, 45, -7};
  BitRows bits(3, 45);
  er_kernel_call_t call = {&p, {x.data()}, {bits.data()}, nullptr};
  er_binarize_s8_ref(&call);
  for (int32_t low : {-1, 0}) {
    const er_unbinarize_s1_params_t back = {3, 45, low};
    std::vector<float> y(x.size());
    er_kernel_call_t second = {&back, {bits.data()}, {y.data()}, nullptr};
    er_unbinarize_s1_ref(&second);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(y[i], x[i] >= -7 ? 1.0f : static_cast<float>(low));
  }
}

}  // namespace
