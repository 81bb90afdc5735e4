#include "firmware/kernels/common/dot_s8.h"

void er_dot_1x4(const uint32_t* x, const int8_t* weights, int32_t row_bytes, int32_t acc[4]) {
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
  const int8_t* w = weights;
  const uint32_t* const end = x + (row_bytes >> 2) * 2;
#ifdef ER_HAS_DSP_INSTRUCTIONS
  // Written out for the compiler's want of registers; two groups a turn, an odd number enters in
  // the middle.
#define ER_ROW_OF_4(load, acc)                 \
  load "sxtb16 %[t], %[r]\n"                   \
       "smlad %[" acc "], %[xa], %[t], %[" acc \
       "]\n"                                   \
       "sxtb16 %[t], %[r], ror #8\n"           \
       "smlad %[" acc "], %[xb], %[t], %[" acc "]\n"
#define ER_GROUP_1X4                                                                   \
  "ldrd %[xa], %[xb], [%[x]], #8\n" ER_ROW_OF_4("ldr %[r], [%[w], %[stride]]\n", "a1") \
      ER_ROW_OF_4("ldr %[r], [%[w], %[stride], lsl #1]\n", "a2")                       \
          ER_ROW_OF_4("ldr %[r], [%[w], %[stride3]]\n", "a3")                          \
              ER_ROW_OF_4("ldr %[r], [%[w]], #4\n", "a0")
  if (x != end) {
    er_packed_t xa, xb, r, t;
    __asm__ volatile(
        "sub %[t], %[end], %[x]\n"
        "tst %[t], #8\n"
        "bne 2f\n"
        "1:\n" ER_GROUP_1X4 "2:\n" ER_GROUP_1X4
        "cmp %[x], %[end]\n"
        "bne 1b\n"
        : [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3), [x] "+r"(x), [w] "+r"(w),
          [xa] "=&r"(xa), [xb] "=&r"(xb), [r] "=&r"(r), [t] "=&r"(t)
        : [stride] "r"(row_bytes), [stride3] "r"(3 * row_bytes), [end] "r"(end)
        : "memory", "cc");
  }
#undef ER_GROUP_1X4
#undef ER_ROW_OF_4
#else
  for (; x != end; x += 2, w += 4) {
    er_packed_t four = er_load4(w);
    a0 = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), a0));
    four = er_load4(w + row_bytes);
    a1 = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), a1));
    four = er_load4(w + 2 * row_bytes);
    a2 = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), a2));
    four = er_load4(w + 3 * row_bytes);
    a3 = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), a3));
  }
#endif
  const int32_t tail = row_bytes & 3;
  if (tail) {
    er_packed_t rest = er_load_tail(w, tail);
    a0 = er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), a0));
    rest = er_load_tail(w + row_bytes, tail);
    a1 = er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), a1));
    rest = er_load_tail(w + 2 * row_bytes, tail);
    a2 = er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), a2));
    rest = er_load_tail(w + 3 * row_bytes, tail);
    a3 = er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), a3));
  }
  acc[0] = a0;
  acc[1] = a1;
  acc[2] = a2;
  acc[3] = a3;
}
