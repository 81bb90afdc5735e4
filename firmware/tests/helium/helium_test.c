// The Helium kernels equal the reference kernels bit for bit, over random shapes and values. Runs
// on an emulated Cortex-M55, for the host has no Helium.
#include <string.h>

#include "firmware/family/cortex_m55/core.h"
#include "firmware/kernels/add/add.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"
#include "firmware/kernels/fully_connected/fully_connected.h"
#include "firmware/kernels/pool2d/pool2d.h"
#include "firmware/kernels/registry.h"
#include "firmware/tests/helium/bare_main.h"

enum {
  kRounds = 1500,
  kMaxBytes = 1 << 16,
  kMaxChannels = 64,
  kGuardBytes = 64,
  kGuard = 0x5A,
};

static uint64_t state = 0x9E3779B97F4A7C15u;

static uint32_t any(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32);
}

static int32_t in(int32_t low, int32_t high) {
  return low + (int32_t)(any() % (uint32_t)(high - low + 1));
}

static int8_t x[kMaxBytes] __attribute__((aligned(16)));
static int8_t w[kMaxBytes] __attribute__((aligned(16)));
static int8_t packed[kMaxBytes] __attribute__((aligned(16)));
static int8_t expected[kMaxBytes], actual[kMaxBytes + kGuardBytes];
static uint8_t scratch[kMaxBytes] __attribute__((aligned(16)));
static int32_t bias[kMaxChannels], multiplier[kMaxChannels], shift[kMaxChannels];

// Every few values an extreme one, because sums overflow there first.
static void fill_bytes(int8_t* to, int32_t count) {
  const int32_t style = in(0, 4);
  for (int32_t i = 0; i < count; i++) {
    to[i] = (int8_t)(style == 1 ? -128 : style == 2 ? 127 : in(-128, 127));
  }
}

// Values whose sums depend on the order of additions.
static void fill_floats(void* to, int32_t count) {
  float* values = (float*)to;
  for (int32_t i = 0; i < count; i++) values[i] = (float)in(-1000000, 1000000) * 1.7e-6f;
}

// What a compiler writes; large biases and left shifts; anything an int32 holds.
static void fill_channels(int32_t count) {
  const int32_t style = in(0, 2);
  for (int32_t i = 0; i < count; i++) {
    bias[i] = style == 0   ? in(-100000, 100000)
              : style == 1 ? in(-(1 << 29), 1 << 29)
                           : (int32_t)any();
    multiplier[i] = style == 0   ? in(1 << 30, INT32_MAX)
                    : style == 1 ? in(0, INT32_MAX - 1)
                                 : (int32_t)any();
    shift[i] = style == 0 ? in(-15, 0) : style == 1 ? in(-31, 12) : in(-40, 40);
  }
}

static er_conv2d_shape_t any_shape(int32_t max_in_c, int32_t max_out_c) {
  er_conv2d_shape_t s;
  s.batch = in(1, 2);
  s.in_h = in(1, 9);
  s.in_w = in(1, 9);
  s.in_c = in(0, 2) ? in(1, max_in_c) : 4 * in(1, max_in_c / 4);
  s.out_c = in(1, max_out_c);
  s.kernel_h = in(0, 2) ? in(1, 4) : 1;
  s.kernel_w = in(0, 2) ? in(1, 4) : 1;
  const int32_t pointwise = s.kernel_h == 1 && s.kernel_w == 1 && in(0, 1);
  s.stride_h = pointwise ? 1 : in(1, 3);
  s.stride_w = pointwise ? 1 : in(1, 3);
  s.dilation_h = in(1, 2);
  s.dilation_w = in(1, 2);
  s.pad_top = pointwise ? 0 : in(0, 3);
  s.pad_left = pointwise ? 0 : in(0, 3);
  s.out_h = pointwise ? s.in_h : in(1, 6);  // reaches past the input, too
  s.out_w = pointwise ? s.in_w : in(1, 6);
  return s;
}

static int32_t any_input_offset(void) { return in(0, 3) ? in(-127, 128) : (in(0, 1) ? 128 : -127); }

// Runs the kernel beside the reference of its operator, with exactly the scratch memory it asks for
// and guards behind that and the output. The weights have these dims.
static int equal(uint16_t id, er_kernel_call_t* call, const int32_t* weight_dims, uint8_t rank,
                 int32_t out_bytes) {
  const er_kernel_t* kernel = er_kernel_find(id);
  const uint32_t scratch_bytes = er_kernel_scratch_bytes(kernel, call->params);
  call->scratch = scratch;
  call->out[0] = expected;
  er_kernel_reference_of(id)->run(call);
  const uint8_t packing = er_kernel_packing(kernel, 1);
  if (packing != ER_PACKING_CANONICAL) {
    er_package_tensor_t t;
    memset(&t, 0, sizeof t);
    t.dtype = strcmp(kernel->dtype, "f32") ? ER_DTYPE_S8 : ER_DTYPE_F32;
    t.packing = packing;
    t.rank = rank;
    for (int32_t i = 0; i < ER_PACKAGE_MAX_RANK; i++) t.dims[i] = i < rank ? weight_dims[i] : 1;
    er_pack(&t, w, packed);
    call->in[1] = packed;
  }
  memset(scratch, kGuard, sizeof scratch);
  memset(actual, kGuard, sizeof actual);
  call->out[0] = actual;
  kernel->run(call);
  for (int32_t i = 0; i < kGuardBytes; i++) {
    if (actual[out_bytes + i] != kGuard || scratch[scratch_bytes + (uint32_t)i] != kGuard) return 0;
  }
  return memcmp(expected, actual, (size_t)out_bytes) == 0;
}

static er_kernel_call_t quantized_call(const void* params) {
  er_kernel_call_t call = {params, {x, w, in(0, 3) ? bias : NULL, multiplier, shift}, {0}, NULL};
  return call;
}

static int conv2d_s8(void) {
  er_conv2d_s8_params_t p;
  p.shape = any_shape(40, 19);
  const er_conv2d_shape_t* s = &p.shape;
  p.input_offset = any_input_offset();
  p.output_offset = in(-128, 127);
  p.act_min = in(-128, 0);
  p.act_max = in(0, 127);
  fill_bytes(x, s->batch * s->in_h * s->in_w * s->in_c);
  fill_bytes(w, s->out_c * s->kernel_h * s->kernel_w * s->in_c);
  fill_channels(s->out_c);
  er_kernel_call_t call = quantized_call(&p);
  const int32_t dims[] = {s->out_c, s->kernel_h, s->kernel_w, s->in_c};
  return equal(0x014, &call, dims, 4, s->batch * s->out_h * s->out_w * s->out_c);
}

static int depthwise_conv2d_s8(void) {
  er_depthwise_conv2d_s8_params_t p;
  p.shape = any_shape(20, 1);
  er_conv2d_shape_t* s = &p.shape;
  p.depth_multiplier = in(0, 2) ? 1 : in(1, 3);
  s->out_c = s->in_c * p.depth_multiplier;
  p.input_offset = any_input_offset();
  p.output_offset = in(-128, 127);
  p.act_min = in(-128, 0);
  p.act_max = in(0, 127);
  fill_bytes(x, s->batch * s->in_h * s->in_w * s->in_c);
  fill_bytes(w, s->out_c * s->kernel_h * s->kernel_w);
  fill_channels(s->out_c);
  er_kernel_call_t call = quantized_call(&p);
  const int32_t dims[] = {1, s->kernel_h, s->kernel_w, s->out_c};
  return equal(0x032, &call, dims, 4, s->batch * s->out_h * s->out_w * s->out_c);
}

static int fully_connected_s8(void) {
  er_fully_connected_s8_params_t p;
  p.rows = in(1, 4);
  p.in_features = in(1, 70);
  p.out_features = in(1, 21);
  p.input_offset = any_input_offset();
  p.output_offset = in(-128, 127);
  p.act_min = in(-128, 0);
  p.act_max = in(0, 127);
  fill_bytes(x, p.rows * p.in_features);
  fill_bytes(w, p.out_features * p.in_features);
  fill_channels(p.out_features);
  er_kernel_call_t call = quantized_call(&p);
  const int32_t dims[] = {p.out_features, p.in_features};
  return equal(0x053, &call, dims, 2, p.rows * p.out_features);
}

static int add_s8(void) {
  er_add_s8_params_t p;
  p.count = in(1, 70);
  p.left_shift = in(0, 3) ? 20 : in(0, 30);
  fill_channels(3);
  p.a_offset = in(-127, 128);
  p.b_offset = in(-127, 128);
  p.output_offset = in(-128, 127);
  p.a_multiplier = multiplier[0];
  p.b_multiplier = multiplier[1];
  p.output_multiplier = multiplier[2];
  p.a_shift = shift[0];
  p.b_shift = shift[1];
  p.output_shift = shift[2];
  p.act_min = in(-128, 0);
  p.act_max = in(0, 127);
  fill_bytes(x, p.count);
  fill_bytes(w, p.count);
  er_kernel_call_t call = {&p, {x, w}, {0}, NULL};
  return equal(0x0D1, &call, NULL, 0, p.count);
}

static int pool2d_s8(uint16_t id) {
  er_pool2d_s8_params_t p;
  er_pool2d_shape_t* s = &p.shape;
  memset(&p, 0, sizeof p);
  s->batch = in(1, 2);
  s->in_h = in(1, 9);
  s->in_w = in(1, 9);
  s->channels = in(1, 40);
  s->kernel_h = in(1, 4);
  s->kernel_w = in(1, 4);
  s->stride_h = in(1, 3);
  s->stride_w = in(1, 3);
  s->pad_top = in(0, 3);
  s->pad_left = in(0, 3);
  s->out_h = in(1, 6);
  s->out_w = in(1, 6);
  p.act_min = in(-128, 0);
  p.act_max = in(0, 127);
  fill_bytes(x, s->batch * s->in_h * s->in_w * s->channels);
  er_kernel_call_t call = {&p, {x}, {0}, NULL};
  return equal(id, &call, NULL, 0, s->batch * s->out_h * s->out_w * s->channels);
}

static int max_pool2d_s8(void) { return pool2d_s8(0x071); }
static int avg_pool2d_s8(void) { return pool2d_s8(0x091); }

static int conv2d_f32(void) {
  er_conv2d_f32_params_t p;
  p.shape = any_shape(12, 19);
  const er_conv2d_shape_t* s = &p.shape;
  p.act_min = in(0, 1) ? -1e30f : 0.0f;
  p.act_max = in(0, 1) ? 1e30f : 6.0f;
  fill_floats(x, s->batch * s->in_h * s->in_w * s->in_c);
  fill_floats(w, s->out_c * s->kernel_h * s->kernel_w * s->in_c);
  fill_floats(bias, s->out_c);
  er_kernel_call_t call = {&p, {x, w, in(0, 3) ? bias : NULL}, {0}, NULL};
  const int32_t dims[] = {s->out_c, s->kernel_h, s->kernel_w, s->in_c};
  return equal(0x021, &call, dims, 4, 4 * s->batch * s->out_h * s->out_w * s->out_c);
}

static int depthwise_conv2d_f32(void) {
  er_depthwise_conv2d_f32_params_t p;
  p.shape = any_shape(20, 1);
  er_conv2d_shape_t* s = &p.shape;
  p.depth_multiplier = in(0, 2) ? 1 : in(1, 3);
  s->out_c = s->in_c * p.depth_multiplier;
  p.act_min = in(0, 1) ? -1e30f : 0.0f;
  p.act_max = in(0, 1) ? 1e30f : 6.0f;
  fill_floats(x, s->batch * s->in_h * s->in_w * s->in_c);
  fill_floats(w, s->out_c * s->kernel_h * s->kernel_w);
  fill_floats(bias, s->out_c);
  er_kernel_call_t call = {&p, {x, w, in(0, 3) ? bias : NULL}, {0}, NULL};
  const int32_t dims[] = {1, s->kernel_h, s->kernel_w, s->out_c};
  return equal(0x042, &call, dims, 4, 4 * s->batch * s->out_h * s->out_w * s->out_c);
}

static int fully_connected_f32(void) {
  er_fully_connected_f32_params_t p;
  p.rows = in(1, 6);
  p.in_features = in(1, 70);
  p.out_features = in(1, 21);
  p.act_min = in(0, 1) ? -1e30f : 0.0f;
  p.act_max = in(0, 1) ? 1e30f : 6.0f;
  fill_floats(x, p.rows * p.in_features);
  fill_floats(w, p.out_features * p.in_features);
  fill_floats(bias, p.out_features);
  er_kernel_call_t call = {&p, {x, w, in(0, 3) ? bias : NULL}, {0}, NULL};
  const int32_t dims[] = {p.out_features, p.in_features};
  return equal(0x061, &call, dims, 2, 4 * p.rows * p.out_features);
}

static void print_number(uint32_t value) {
  char text[12];
  char* at = text + sizeof text - 1;
  *at = '\0';
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  er_bare_print(at);
}

// Start-up leaves it alone, and an emulator's memory is zero at power-on.
static uint32_t starts __attribute__((section(".noinit")));

int er_bare_fault(void) { return starts == 1; }

// From inside of a fault handler back to thread mode and to the program's beginning.
static int restart_was_clean(void) {
  uint32_t exception;
  __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
  return exception == 0 && er_core_take_own_start() && !er_core_take_own_start();
}

int er_bare_run(void) {
  if (++starts == 1) {
    er_core_note_own_start();
    __asm__ volatile("udf #0");
  }
  er_bare_print("restart out of a fault: ");
  int failed = !restart_was_clean();
  er_bare_print(failed ? "wrong\n" : "as after a reset\n");
  static const struct {
    const char* name;
    int (*round)(void);
  } kTests[] = {
      {"conv2d_s8_mve", conv2d_s8},
      {"depthwise_conv2d_s8_mve", depthwise_conv2d_s8},
      {"fully_connected_s8_mve", fully_connected_s8},
      {"add_s8_mve", add_s8},
      {"max_pool2d_s8_mve", max_pool2d_s8},
      {"avg_pool2d_s8_mve", avg_pool2d_s8},
      {"conv2d_f32_mve", conv2d_f32},
      {"depthwise_conv2d_f32_mve", depthwise_conv2d_f32},
      {"fully_connected_f32_mve", fully_connected_f32},
  };
  for (uint32_t t = 0; t < sizeof kTests / sizeof kTests[0]; t++) {
    uint32_t wrong = 0;
    for (uint32_t round = 0; round < kRounds; round++) wrong += !kTests[t].round();
    er_bare_print(kTests[t].name);
    er_bare_print(": ");
    print_number(wrong);
    er_bare_print(" of ");
    print_number(kRounds);
    er_bare_print(" rounds differ from the reference\n");
    failed |= wrong != 0;
  }
  return failed;
}
