// Fully connected for Armv7E-M with weights packed in fours of outputs: four activations are
// widened where they lie, then multiplied with four outputs' weights; no scratch memory.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

enum { kRows = 4, kGroupBytes = 4 * kRows };

typedef struct {
  int32_t a0, a1, a2, a3;
} sums_t;

// One group: four activations by four outputs. SXTB16 takes x0, x2 and x1, x3 of both.
static inline sums_t add_group(sums_t sum, er_packed_t x, const int8_t* w) {
  const er_packed_t even = er_widen_even(x), odd = er_widen_odd(x);
  er_packed_t four = er_load4(w);
  sum.a0 = er_smlad(odd, er_widen_odd(four), er_smlad(even, er_widen_even(four), sum.a0));
  four = er_load4(w + 4);
  sum.a1 = er_smlad(odd, er_widen_odd(four), er_smlad(even, er_widen_even(four), sum.a1));
  four = er_load4(w + 8);
  sum.a2 = er_smlad(odd, er_widen_odd(four), er_smlad(even, er_widen_even(four), sum.a2));
  four = er_load4(w + 12);
  sum.a3 = er_smlad(odd, er_widen_odd(four), er_smlad(even, er_widen_even(four), sum.a3));
  return sum;
}

// Adds the groups of `bytes` activations times four outputs' weights.
static inline __attribute__((always_inline)) sums_t dot_1x4(const int8_t* x, const int8_t* w,
                                                            int32_t bytes, sums_t sum) {
  const int32_t tail = bytes & 3;
#if defined(ER_HAS_DSP_INSTRUCTIONS) && defined(__OPTIMIZE__) && !defined(__ARM_FEATURE_MVE)
  // This takes every register, of which GCC keeps one back on cores with Helium. LDM fills
  // registers in ascending order. Four groups a turn, then the rest one by one; the ends stay in
  // memory because no register is left for them.
#define ER_ROW(r, acc)                    \
  "sxtb16 %[t], " r                       \
  "\n"                                    \
  "sxtb16 " r ", " r                      \
  ", ror #8\n"                            \
  "smlad %[" acc "], %[xa], %[t], %[" acc \
  "]\n"                                   \
  "smlad %[" acc "], %[xb], " r ", %[" acc "]\n"
#define ER_GROUP_1X4                                                                       \
  "ldr %[xb], [%[x]], #4\n"                                                                \
  "ldmia %[w]!, {r4, r5, r6, r8}\n"                                                        \
  "sxtb16 %[xa], %[xb]\n"                                                                  \
  "sxtb16 %[xb], %[xb], ror #8\n" ER_ROW("r4", "a0") ER_ROW("r5", "a1") ER_ROW("r6", "a2") \
      ER_ROW("r8", "a3")
  const int8_t* const all = x + (bytes & ~3);
  const int8_t* const turns = x + (bytes & ~15);
  er_packed_t xa, xb, t;
  __asm__ volatile(
      "ldr %[t], %[turns]\n"
      "cmp %[x], %[t]\n"
      "beq 2f\n"
      "1:\n" ER_GROUP_1X4 ER_GROUP_1X4 ER_GROUP_1X4 ER_GROUP_1X4
      "ldr %[t], %[turns]\n"
      "cmp %[x], %[t]\n"
      "bne 1b\n"
      "2:\n"
      "ldr %[t], %[all]\n"
      "cmp %[x], %[t]\n"
      "beq 4f\n"
      "3:\n" ER_GROUP_1X4
      "ldr %[t], %[all]\n"
      "cmp %[x], %[t]\n"
      "bne 3b\n"
      "4:\n"
      : [a0] "+r"(sum.a0), [a1] "+r"(sum.a1), [a2] "+r"(sum.a2), [a3] "+r"(sum.a3), [x] "+r"(x),
        [w] "+r"(w), [xa] "=&r"(xa), [xb] "=&r"(xb), [t] "=&r"(t)
      : [turns] "m"(turns), [all] "m"(all)
      : "memory", "cc", "r4", "r5", "r6", "r8");
#undef ER_GROUP_1X4
#undef ER_ROW
#else
  for (int32_t i = 0; i < bytes / 4; i++, x += 4, w += kGroupBytes) {
    sum = add_group(sum, er_load4(x), w);
  }
#endif
  return tail ? add_group(sum, er_load_tail(x, tail), w) : sum;
}

// What the input offset adds to each of the four outputs.
static __attribute__((noinline)) sums_t offset_sums(const int8_t* w, int32_t groups,
                                                    int32_t offset) {
  sums_t sum = {0, 0, 0, 0};
  for (int32_t i = 0; i < groups; i++) sum = add_group(sum, 0x01010101u, w + i * kGroupBytes);
  sum.a0 = er_wrap_mul(sum.a0, offset);
  sum.a1 = er_wrap_mul(sum.a1, offset);
  sum.a2 = er_wrap_mul(sum.a2, offset);
  sum.a3 = er_wrap_mul(sum.a3, offset);
  return sum;
}

// What the outputs of a row are made with.
typedef struct {
  const int32_t* bias;  // NULL = none
  const int32_t* multiplier;
  const int32_t* shift;
  int32_t offset, low, high;
} outputs_t;

static inline int32_t output_of(const outputs_t* out, int32_t sum, int32_t o, int fast) {
  const int32_t acc = er_wrap_add(sum, out->bias ? out->bias[o] : 0);
  const int32_t multiplier = out->multiplier[o], shift = out->shift[o];
  const int32_t y =
      fast ? er_fast_requantize_positive(acc, multiplier, -shift,
                                         er_fast_requantize_addend(out->offset, -shift))
           : er_wrap_add(er_multiply_by_quantized_multiplier(acc, multiplier, shift), out->offset);
  return er_clamp(y, out->low, out->high);
}

void er_fully_connected_s8_armv7em_quads(const er_kernel_call_t* call) {
  const er_fully_connected_s8_params_t* p = (const er_fully_connected_s8_params_t*)call->params;
  const int8_t* input = (const int8_t*)call->in[0];
  const outputs_t outputs = {(const int32_t*)call->in[2],
                             (const int32_t*)call->in[3],
                             (const int32_t*)call->in[4],
                             p->output_offset,
                             p->act_min,
                             p->act_max};
  const int32_t n = p->in_features, groups = (n + 3) / 4, count = p->out_features;
  const int32_t input_offset = p->input_offset;
  const int fast = er_fast_requantize_positive_allowed(outputs.bias, outputs.multiplier,
                                                       outputs.shift, count, n);
  int8_t* out = (int8_t*)call->out[0];
  for (int32_t rows = p->rows; rows > 0; rows--, input += n, out += count) {
    const int8_t* w = (const int8_t*)call->in[1];
    for (int32_t o = 0; o < count; o += kRows, w += groups * kGroupBytes) {
      sums_t sum = {0, 0, 0, 0};
      if (input_offset != 0) sum = offset_sums(w, groups, input_offset);
      sum = dot_1x4(input, w, n, sum);
      if (fast && o + kRows <= count) {
        const int32_t y0 = output_of(&outputs, sum.a0, o, 1);
        const int32_t y1 = output_of(&outputs, sum.a1, o + 1, 1);
        const int32_t y2 = output_of(&outputs, sum.a2, o + 2, 1);
        const int32_t y3 = output_of(&outputs, sum.a3, o + 3, 1);
        out[o] = (int8_t)y0;
        out[o + 1] = (int8_t)y1;
        out[o + 2] = (int8_t)y2;
        out[o + 3] = (int8_t)y3;
        continue;
      }
      const int32_t sums[kRows] = {sum.a0, sum.a1, sum.a2, sum.a3};
      for (int32_t i = 0; i < kRows && o + i < count; i++) {
        out[o + i] = (int8_t)output_of(&outputs, sums[i], o + i, fast);
      }
    }
  }
}
