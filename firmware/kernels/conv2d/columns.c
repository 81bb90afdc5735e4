#include "firmware/kernels/conv2d/columns.h"

#include "firmware/kernels/common/fixed_point.h"

// A window that starts and ends at word boundaries of its row of groups can be widened where it
// lies; any other is first gathered as bytes.
static int widens_in_place(const er_conv2d_shape_t* s) {
  return s->in_c % 4 == 0 || (s->kernel_h == 1 && s->kernel_w == 1);
}

static int32_t groups_of(int32_t bytes) { return (bytes + 3) / 4; }

uint32_t er_columns_scratch_bytes(const er_conv2d_shape_t* s, uint32_t width) {
  const uint32_t groups = ((uint32_t)er_window_bytes(s) + 3u) / 4u;
  return groups * 8u * width + (widens_in_place(s) ? 0u : groups * 4u);
}

er_columns_t er_columns_begin(const er_conv2d_s8_params_t* p, const int8_t* input, int32_t width,
                              void* scratch) {
  const er_conv2d_shape_t* s = &p->shape;
  er_columns_t c;
  c.shape = s;
  c.offset = er_both_lanes(p->input_offset);
  c.zero = (int8_t)-p->input_offset;
  c.width = width;
  c.words = (uint32_t*)scratch;
  c.gathered =
      widens_in_place(s) ? NULL : (int8_t*)(c.words + groups_of(er_window_bytes(s)) * 2 * width);
  c.pointwise = s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1 &&
                s->pad_top == 0 && s->pad_left == 0 && s->out_h == s->in_h && s->out_w == s->in_w;
  c.image = input;
  c.y = -s->pad_top;
  c.x = -s->pad_left;
  c.oy = c.ox = 0;
  return c;
}

static void zero_groups(uint32_t* to, int32_t groups, int32_t width) {
  for (int32_t g = 0; g < groups; g++, to += 2 * width) to[0] = to[width] = 0;
}

void er_columns_clear(const er_columns_t* c, int32_t column) {
  zero_groups(c->words + column, groups_of(er_window_bytes(c->shape)), c->width);
}

// Row ky of the window, or NULL where it lies outside of the input.
static const int8_t* window_row(const er_columns_t* c, int32_t ky) {
  const er_conv2d_shape_t* s = c->shape;
  const int32_t y = c->y + ky * s->dilation_h;
  return y >= 0 && y < s->in_h ? c->image + y * s->in_w * s->in_c : NULL;
}

// Whether the taps of a row follow each other in memory.
static int is_row_whole(const er_columns_t* c) {
  const er_conv2d_shape_t* s = c->shape;
  return s->dilation_w == 1 && c->x >= 0 && c->x + s->kernel_w <= s->in_w;
}

static void widen_window(const er_columns_t* c, uint32_t* to) {
  const er_conv2d_shape_t* s = c->shape;
  const int32_t groups = groups_of(s->in_c), tap_words = groups * 2 * c->width;
  const int whole = is_row_whole(c);
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int8_t* row = window_row(c, ky);
    if (row && whole) {
      er_widen_bytes(row + c->x * s->in_c, s->kernel_w * s->in_c, c->offset, to, c->width);
      to += s->kernel_w * tap_words;
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += tap_words) {
      const int32_t x = c->x + kx * s->dilation_w;
      if (row && x >= 0 && x < s->in_w) {
        er_widen_bytes(row + x * s->in_c, s->in_c, c->offset, to, c->width);
      } else {
        zero_groups(to, groups, c->width);
      }
    }
  }
}

static inline int8_t* copy_bytes(int8_t* to, const int8_t* from, int32_t bytes) {
  int8_t* const end = to + bytes;
  for (; end - to >= 4; to += 4, from += 4) {
    const er_packed_t word = er_load4(from);
    memcpy(to, &word, 4);
    __asm__ volatile("");  // else the compiler makes a loop for long rows of it
  }
  while (to != end) *to++ = *from++;
  return to;
}

static inline int8_t* put_zeros(const er_columns_t* c, int8_t* to, int32_t bytes) {
  for (int8_t* const end = to + bytes; to != end; to++) *to = c->zero;
  return to;
}

// Any window.
static void gather_window(const er_columns_t* c) {
  const er_conv2d_shape_t* s = c->shape;
  int8_t* to = c->gathered;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int8_t* row = window_row(c, ky);
    if (!row) {
      to = put_zeros(c, to, s->kernel_w * s->in_c);
      continue;
    }
    if (s->dilation_w == 1) {  // taps [begin, end) are inside
      const int32_t begin = er_clamp(-c->x, 0, s->kernel_w);
      const int32_t end = er_clamp(s->in_w - c->x, begin, s->kernel_w);
      to = put_zeros(c, to, begin * s->in_c);
      to = copy_bytes(to, row + (c->x + begin) * s->in_c, (end - begin) * s->in_c);
      to = put_zeros(c, to, (s->kernel_w - end) * s->in_c);
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
      const int32_t x = c->x + kx * s->dilation_w;
      to = x >= 0 && x < s->in_w ? copy_bytes(to, row + x * s->in_c, s->in_c)
                                 : put_zeros(c, to, s->in_c);
    }
  }
}

// Whether the whole window lies inside of the input, its rows each in one piece.
static int is_inside(const er_columns_t* c) {
  const er_conv2d_shape_t* s = c->shape;
  return is_row_whole(c) && c->y >= 0 && c->y + (s->kernel_h - 1) * s->dilation_h < s->in_h;
}

// The window of is_inside: rows of whole words are widened where they lie, others are gathered.
static void fill_inside(const er_columns_t* c, uint32_t* to) {
  const er_conv2d_shape_t* s = c->shape;
  const int32_t row_bytes = s->kernel_w * s->in_c, input_row = s->in_w * s->in_c;
  const int32_t step = s->dilation_h * input_row, words = row_bytes / 4, tail = row_bytes & 3;
  const int8_t* from = c->image + c->y * input_row + c->x * s->in_c;
  int8_t* bytes = c->gathered;
  for (int32_t ky = 0; ky < s->kernel_h; ky++, from += step) {
    if (tail == 0) {
      er_widen_bytes(from, row_bytes, c->offset, to, c->width);
      to += words * 2 * c->width;
      continue;
    }
    bytes = copy_bytes(bytes, from, row_bytes);
  }
  if (tail != 0) er_widen_bytes(c->gathered, er_window_bytes(s), c->offset, to, c->width);
}

static void advance(er_columns_t* c) {
  const er_conv2d_shape_t* s = c->shape;
  c->x += s->stride_w;
  if (++c->ox < s->out_w) return;
  c->ox = 0;
  c->x = -s->pad_left;
  c->y += s->stride_h;
  if (++c->oy < s->out_h) return;
  c->oy = 0;
  c->y = -s->pad_top;
  c->image += s->in_h * s->in_w * s->in_c;
}

void er_columns_fill(er_columns_t* c, int32_t column) {
  const int32_t bytes = er_window_bytes(c->shape);
  uint32_t* const to = c->words + column;
  if (c->pointwise) {
    er_widen_bytes(c->image, bytes, c->offset, to, c->width);
    c->image += bytes;
    return;
  }
  if (c->gathered && is_inside(c)) {
    fill_inside(c, to);
  } else if (c->gathered) {
    gather_window(c);
    er_widen_bytes(c->gathered, bytes, c->offset, to, c->width);
  } else {
    widen_window(c, to);
  }
  advance(c);
}
