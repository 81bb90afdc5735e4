#include "firmware/kernels/common/dot_s8.h"

#ifdef ER_HAS_DSP_INSTRUCTIONS
// One group of two weight rows by two activation rows, and one group of four weight rows by one.
// Written out because the compiler spills pointers in these loops, the hottest of the firmware;
// functions of their own, because inlined they would leave it too few registers.
#define ER_GROUP_2X2                    \
  "ldr %[r0], [%[w0]], #4\n"            \
  "ldrd %[xa], %[xb], [%[x]], #8\n"     \
  "ldr %[r1], [%[w1]], #4\n"            \
  "sxtb16 %[t], %[r0]\n"                \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "sxtb16 %[t], %[r1]\n"                \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n" \
  "ldrd %[xa], %[xb], [%[x]], #8\n"     \
  "sxtb16 %[t], %[r0], ror #8\n"        \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "sxtb16 %[t], %[r1], ror #8\n"        \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n"

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
#endif

void er_dot_2x2(const uint32_t* x, const int8_t* w0, const int8_t* w1, int32_t bytes,
                int32_t acc[4]) {
  int32_t a00 = acc[0], a01 = acc[1], a10 = acc[2], a11 = acc[3];
  const uint32_t* const end = x + (bytes & ~3);
#ifdef ER_HAS_DSP_INSTRUCTIONS
  er_packed_t xa, xb, r0, r1, t;
  if (bytes & 4) {
    __asm__ volatile(ER_GROUP_2X2
                     : [a00] "+r"(a00), [a01] "+r"(a01), [a10] "+r"(a10), [a11] "+r"(a11),
                       [x] "+r"(x), [w0] "+r"(w0), [w1] "+r"(w1), [xa] "=&r"(xa), [xb] "=&r"(xb),
                       [r0] "=&r"(r0), [r1] "=&r"(r1), [t] "=&r"(t)
                     :
                     : "memory");
  }
  if (x != end) {
    __asm__ volatile("1:\n" ER_GROUP_2X2 ER_GROUP_2X2
                     "cmp %[x], %[end]\n"
                     "bne 1b\n"
                     : [a00] "+r"(a00), [a01] "+r"(a01), [a10] "+r"(a10), [a11] "+r"(a11),
                       [x] "+r"(x), [w0] "+r"(w0), [w1] "+r"(w1), [xa] "=&r"(xa), [xb] "=&r"(xb),
                       [r0] "=&r"(r0), [r1] "=&r"(r1), [t] "=&r"(t)
                     : [end] "r"(end)
                     : "memory", "cc");
  }
#else
  for (; x != end; x += 4, w0 += 4, w1 += 4) {
    const er_packed_t four0 = er_load4(w0), four1 = er_load4(w1);
    a00 = er_smlad(x[2], er_widen_odd(four0), er_smlad(x[0], er_widen_even(four0), a00));
    a10 = er_smlad(x[3], er_widen_odd(four0), er_smlad(x[1], er_widen_even(four0), a10));
    a01 = er_smlad(x[2], er_widen_odd(four1), er_smlad(x[0], er_widen_even(four1), a01));
    a11 = er_smlad(x[3], er_widen_odd(four1), er_smlad(x[1], er_widen_even(four1), a11));
  }
#endif
  if (bytes & 3) {
    er_packed_t w = er_load_tail(w0, bytes & 3);
    er_packed_t odd = er_widen_odd(w);
    w = er_widen_even(w);
    a00 = er_smlad(x[2], odd, er_smlad(x[0], w, a00));
    a10 = er_smlad(x[3], odd, er_smlad(x[1], w, a10));
    w = er_load_tail(w1, bytes & 3);
    odd = er_widen_odd(w);
    w = er_widen_even(w);
    a01 = er_smlad(x[2], odd, er_smlad(x[0], w, a01));
    a11 = er_smlad(x[3], odd, er_smlad(x[1], w, a11));
  }
  acc[0] = a00;
  acc[1] = a01;
  acc[2] = a10;
  acc[3] = a11;
}

void er_dot_1x4(const uint32_t* x, const int8_t* weights, int32_t row_bytes, int32_t acc[4]) {
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
  const int8_t* w = weights;
  const uint32_t* const end = x + (row_bytes >> 2) * 2;
#ifdef ER_HAS_DSP_INSTRUCTIONS
  er_packed_t xa, xb, r, t;
  if (row_bytes & 4) {
    __asm__ volatile(ER_GROUP_1X4
                     : [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3), [x] "+r"(x),
                       [w] "+r"(w), [xa] "=&r"(xa), [xb] "=&r"(xb), [r] "=&r"(r), [t] "=&r"(t)
                     : [stride] "r"(row_bytes), [stride3] "r"(3 * row_bytes)
                     : "memory");
  }
  if (x != end) {
    __asm__ volatile("1:\n" ER_GROUP_1X4 ER_GROUP_1X4
                     "cmp %[x], %[end]\n"
                     "bne 1b\n"
                     : [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3), [x] "+r"(x),
                       [w] "+r"(w), [xa] "=&r"(xa), [xb] "=&r"(xb), [r] "=&r"(r), [t] "=&r"(t)
                     : [stride] "r"(row_bytes), [stride3] "r"(3 * row_bytes), [end] "r"(end)
                     : "memory", "cc");
  }
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
