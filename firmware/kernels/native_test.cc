// The Armv7E-M kernels equal the reference kernels bit for bit, over random shapes and values.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "firmware/kernels/common/packing.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

namespace {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int32_t In(int32_t low, int32_t high) {
    return std::uniform_int_distribution<int32_t>(low, high)(engine_);
  }
  // Every few values an extreme one, because sums overflow there first.
  std::vector<int8_t> Bytes(size_t n, int style) {
    std::vector<int8_t> values(n);
    for (int8_t& v : values) {
      v = style == 1 ? -128 : style == 2 ? 127 : static_cast<int8_t>(In(-128, 127));
    }
    return values;
  }
  std::vector<int32_t> Words(size_t n, int32_t low, int32_t high) {
    std::vector<int32_t> values(n);
    for (int32_t& v : values) v = In(low, high);
    return values;
  }

 private:
  std::mt19937 engine_;
};

// Exactly `bytes` of scratch, so that the sanitizer sees a kernel that asks for too little. Aligned
// by operator new.
void* Scratch(std::vector<uint8_t>& memory, uint32_t bytes) {
  memory = std::vector<uint8_t>(bytes, 0x55);
  return memory.data();
}

// Weights in another order, followed by nothing that a kernel may read.
std::vector<int8_t> Packed(const std::vector<int8_t>& weights, std::vector<int32_t> dims,
                           er_packing_t packing) {
  er_package_tensor_t t = {};
  t.dtype = ER_DTYPE_S8;
  t.packing = packing;
  t.rank = static_cast<uint8_t>(dims.size());
  for (size_t i = 0; i < ER_PACKAGE_MAX_RANK; i++) t.dims[i] = i < dims.size() ? dims[i] : 1;
  std::vector<int8_t> packed(er_packed_elements(&t));
  er_pack(&t, weights.data(), packed.data());
  return packed;
}

struct Channels {
  std::vector<int32_t> bias, multiplier, shift;
};

// Style 0: what a compiler writes. 1: large biases and left shifts. 2: anything an int32 holds.
Channels MakeChannels(Random& random, int32_t n, int style) {
  const auto count = static_cast<size_t>(n);
  switch (style) {
    case 0:
      return {random.Words(count, -100000, 100000), random.Words(count, 1 << 30, INT32_MAX),
              random.Words(count, -15, 0)};
    case 1:
      return {random.Words(count, -(1 << 29), 1 << 29), random.Words(count, 0, INT32_MAX),
              random.Words(count, -31, 12)};
    default:
      return {random.Words(count, INT32_MIN, INT32_MAX), random.Words(count, INT32_MIN, INT32_MAX),
              random.Words(count, -40, 40)};
  }
}

TEST(NativeConv2d, EqualsReference) {
  Random random(20);
  for (int round = 0; round < 3000; round++) {
    er_conv2d_s8_params_t p = {};
    er_conv2d_shape_t& s = p.shape;
    s.batch = random.In(1, 2);
    s.in_h = random.In(1, 9);
    s.in_w = random.In(1, 9);
    s.in_c = random.In(0, 2) ? random.In(1, 13) : 4 * random.In(1, 5);
    s.out_c = random.In(1, 7);
    s.kernel_h = random.In(0, 2) ? random.In(1, 4) : 1;
    s.kernel_w = random.In(0, 2) ? random.In(1, 4) : 1;
    s.stride_h = random.In(1, 3);
    s.stride_w = random.In(1, 3);
    s.dilation_h = random.In(1, 2);
    s.dilation_w = random.In(1, 2);
    s.pad_top = random.In(0, 3);
    s.pad_left = random.In(0, 3);
    s.out_h = random.In(1, 6);  // reaches past the input, too
    s.out_w = random.In(1, 6);
    p.input_offset = random.In(0, 3) ? random.In(-127, 128) : (random.In(0, 1) ? 128 : -127);
    p.output_offset = random.In(-128, 127);
    p.act_min = random.In(-128, 0);
    p.act_max = random.In(0, 127);
    const auto x =
        random.Bytes(static_cast<size_t>(s.batch * s.in_h * s.in_w * s.in_c), random.In(0, 4));
    const auto w = random.Bytes(static_cast<size_t>(s.out_c * s.kernel_h * s.kernel_w * s.in_c),
                                random.In(0, 4));
    const Channels c = MakeChannels(random, s.out_c, random.In(0, 2));
    const bool with_bias = random.In(0, 3) != 0;
    const size_t out_bytes = static_cast<size_t>(s.batch * s.out_h * s.out_w * s.out_c);
    std::vector<int8_t> expected(out_bytes, 1), actual(out_bytes, 2);
    std::vector<uint8_t> scratch;
    er_kernel_call_t call = {};
    call.params = &p;
    call.in[0] = x.data();
    call.in[1] = w.data();
    call.in[2] = with_bias ? c.bias.data() : nullptr;
    call.in[3] = c.multiplier.data();
    call.in[4] = c.shift.data();
    call.out[0] = expected.data();
    er_conv2d_s8_ref(&call);
    call.out[0] = actual.data();
    call.scratch = Scratch(scratch, er_conv2d_s8_armv7em_scratch_bytes(&p));
    er_conv2d_s8_armv7em(&call);
    const std::string shape = "round " + std::to_string(round) + ": in " + std::to_string(s.in_h) +
                              "x" + std::to_string(s.in_w) + "x" + std::to_string(s.in_c) +
                              " kernel " + std::to_string(s.kernel_h) + "x" +
                              std::to_string(s.kernel_w) + " out_c " + std::to_string(s.out_c);
    ASSERT_EQ(expected, actual) << shape;

    const auto pairs = Packed(w, {s.out_c, s.kernel_h, s.kernel_w, s.in_c}, ER_PACKING_ROW_PAIRS);
    std::vector<int8_t> narrow(out_bytes, 3), wide(out_bytes, 4);
    call.in[1] = pairs.data();
    call.out[0] = narrow.data();
    call.scratch = Scratch(scratch, er_conv2d_s8_armv7em_pairs_scratch_bytes(&p));
    er_conv2d_s8_armv7em_pairs(&call);
    ASSERT_EQ(expected, narrow) << shape;
    call.out[0] = wide.data();
    call.scratch = Scratch(scratch, er_conv2d_s8_armv7em_pairs_wide_scratch_bytes(&p));
    er_conv2d_s8_armv7em_pairs_wide(&call);
    ASSERT_EQ(expected, wide) << shape;
  }
}

TEST(NativeDepthwiseConv2d, EqualsReference) {
  Random random(22);
  for (int round = 0; round < 3000; round++) {
    er_depthwise_conv2d_s8_params_t p = {};
    er_conv2d_shape_t& s = p.shape;
    s.batch = random.In(1, 2);
    s.in_h = random.In(1, 9);
    s.in_w = random.In(1, 9);
    s.in_c = random.In(1, 13);
    p.depth_multiplier = random.In(0, 3) ? 1 : random.In(2, 5);
    s.out_c = s.in_c * p.depth_multiplier;
    s.kernel_h = random.In(1, 4);
    s.kernel_w = random.In(0, 1) ? 3 : random.In(1, 5);
    s.stride_h = random.In(1, 5);  // beyond the kernel, too
    s.stride_w = random.In(1, 3);
    s.dilation_h = random.In(0, 5) ? 1 : 2;
    s.dilation_w = random.In(0, 5) ? 1 : 2;
    s.pad_top = random.In(0, 3);
    s.pad_left = random.In(0, 6);
    s.out_h = random.In(1, 6);
    s.out_w = random.In(1, 6);
    p.input_offset = random.In(-127, 128);
    p.output_offset = random.In(-128, 127);
    p.act_min = random.In(0, 2) ? -128 : random.In(-128, 0);
    p.act_max = random.In(0, 2) ? 127 : random.In(0, 127);
    const auto x =
        random.Bytes(static_cast<size_t>(s.batch * s.in_h * s.in_w * s.in_c), random.In(0, 4));
    const auto w =
        random.Bytes(static_cast<size_t>(s.out_c * s.kernel_h * s.kernel_w), random.In(0, 4));
    const Channels c = MakeChannels(random, s.out_c, random.In(0, 2));
    const size_t out_bytes = static_cast<size_t>(s.batch * s.out_h * s.out_w * s.out_c);
    std::vector<int8_t> expected(out_bytes, 1), actual(out_bytes, 2);
    std::vector<uint8_t> scratch;
    er_kernel_call_t call = {};
    call.params = &p;
    call.in[0] = x.data();
    call.in[1] = w.data();
    call.in[2] = random.In(0, 3) ? c.bias.data() : nullptr;
    call.in[3] = c.multiplier.data();
    call.in[4] = c.shift.data();
    call.out[0] = expected.data();
    er_depthwise_conv2d_s8_ref(&call);
    call.out[0] = actual.data();
    call.scratch = Scratch(scratch, er_depthwise_conv2d_s8_armv7em_scratch_bytes(&p));
    er_depthwise_conv2d_s8_armv7em(&call);
    ASSERT_EQ(expected, actual) << "round " << round << ": in " << s.in_h << "x" << s.in_w << "x"
                                << s.in_c << " kernel " << s.kernel_h << "x" << s.kernel_w;
  }
}

TEST(NativeFullyConnected, EqualsReference) {
  Random random(21);
  for (int round = 0; round < 3000; round++) {
    er_fully_connected_s8_params_t p = {};
    p.rows = random.In(1, 3);
    p.in_features = random.In(1, 70);
    p.out_features = random.In(1, 14);
    p.input_offset = random.In(0, 1) ? random.In(-127, 128) : random.In(0, 1) ? 128 : 0;
    p.output_offset = random.In(-128, 127);
    p.act_min = random.In(-128, 0);
    p.act_max = random.In(0, 127);
    const auto x = random.Bytes(static_cast<size_t>(p.rows * p.in_features), random.In(0, 4));
    const auto w =
        random.Bytes(static_cast<size_t>(p.out_features * p.in_features), random.In(0, 4));
    const Channels c = MakeChannels(random, p.out_features, random.In(0, 2));
    std::vector<int8_t> expected(static_cast<size_t>(p.rows * p.out_features), 1);
    std::vector<int8_t> actual(expected.size(), 2);
    std::vector<uint8_t> scratch;
    er_kernel_call_t call = {};
    call.params = &p;
    call.in[0] = x.data();
    call.in[1] = w.data();
    call.in[2] = random.In(0, 3) ? c.bias.data() : nullptr;
    call.in[3] = c.multiplier.data();
    call.in[4] = c.shift.data();
    call.out[0] = expected.data();
    er_fully_connected_s8_ref(&call);
    call.out[0] = actual.data();
    call.scratch = Scratch(scratch, er_fully_connected_s8_armv7em_scratch_bytes(&p));
    er_fully_connected_s8_armv7em(&call);
    ASSERT_EQ(expected, actual) << "round " << round << ": " << p.in_features << " -> "
                                << p.out_features;

    const auto quads = Packed(w, {p.out_features, p.in_features}, ER_PACKING_ROW_QUADS);
    std::vector<int8_t> of_quads(expected.size(), 3);
    call.in[1] = quads.data();
    call.out[0] = of_quads.data();
    call.scratch = nullptr;
    er_fully_connected_s8_armv7em_quads(&call);
    ASSERT_EQ(expected, of_quads) << "round " << round << ": " << p.in_features << " -> "
                                  << p.out_features;
  }
}

}  // namespace
