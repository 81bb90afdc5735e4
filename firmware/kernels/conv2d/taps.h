// Which taps of a window lie inside of the input, along one direction.
#ifndef FIRMWARE_KERNELS_CONV2D_TAPS_H_
#define FIRMWARE_KERNELS_CONV2D_TAPS_H_

#include <stdint.h>

typedef struct {
  int32_t first, count;
} er_taps_t;

// Of `taps` taps, `dilation` apart from `at` on, those in [0, size).
static inline er_taps_t er_taps_inside(int32_t at, int32_t dilation, int32_t taps, int32_t size) {
  int32_t begin = 0, end = taps;
  while (begin < taps && at + begin * dilation < 0) begin++;
  while (end > begin && at + (end - 1) * dilation >= size) end--;
  const er_taps_t inside = {begin, end - begin};
  return inside;
}

// How many of `left` output pixels from one whose taps begin at `at`, at most `most`, have all
// their taps inside; 1 where the first has not.
static inline int32_t er_whole_pixels(int32_t at, int32_t stride, int32_t dilation, int32_t taps,
                                      int32_t size, int32_t left, int32_t most) {
  const int32_t reach = (taps - 1) * dilation;
  if (at < 0) return 1;
  int32_t count = 1;
  while (count < most && count < left && at + count * stride + reach < size) count++;
  return count;
}

#endif  // FIRMWARE_KERNELS_CONV2D_TAPS_H_
