#include "server/compiler/plan/overlap.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "firmware/kernels/depthwise_pool/depthwise_pool.h"

namespace edgerack::compiler {
namespace {

enum class Order { PIXELS, BLOCKS, CHANNELS, BANDS };

std::optional<Order> OrderOf(uint16_t id) {
  static const std::map<uint16_t, Order> orders = {
#define ER_KERNEL(id, op, dtype, isa, run)
#define ER_KERNEL_PACKS(id, operand, packing)
#define ER_KERNEL_ORDER(id, order) {id, Order::order},
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL_ORDER
#undef ER_KERNEL_PACKS
#undef ER_KERNEL
  };
  const auto found = orders.find(id);
  return found == orders.end() ? std::nullopt : std::optional(found->second);
}

template <typename T>
T ParamsOf(const KernelCall& call) {
  T params;
  std::memcpy(&params, call.params.data(), sizeof params);
  return params;
}

// One direction of a sliding window.
struct Direction {
  int64_t in, out, kernel, stride, pad;

  // The first element of the input that the window of output `at` covers.
  int64_t First(int64_t at) const { return std::clamp<int64_t>(at * stride - pad, 0, in); }
  // One behind the last.
  int64_t End(int64_t at) const { return std::clamp<int64_t>(at * stride - pad + kernel, 0, in); }
};

// A window that slides over an image; pixels in bytes.
struct Sliding {
  int64_t batch, in_pixel, out_pixel;
  Direction y, x;

  int64_t InRow() const { return x.in * in_pixel; }
  int64_t OutRow() const { return x.out * out_pixel; }
};

Sliding SlidingOf(const er_conv2d_shape_t& s, int64_t in_width, int64_t out_width) {
  const Direction y = {s.in_h, s.out_h, (s.kernel_h - 1) * s.dilation_h + 1, s.stride_h, s.pad_top};
  const Direction x = {s.in_w, s.out_w, (s.kernel_w - 1) * s.dilation_w + 1, s.stride_w,
                       s.pad_left};
  return {s.batch, s.in_c * in_width, s.out_c * out_width, y, x};
}

Sliding SlidingOf(const er_pool2d_shape_t& s, int64_t width) {
  const Direction y = {s.in_h, s.out_h, s.kernel_h, s.stride_h, s.pad_top};
  const Direction x = {s.in_w, s.out_w, s.kernel_w, s.stride_w, s.pad_left};
  return {s.batch, s.channels * width, s.channels * width, y, x};
}

// Kernels that make blocks of pixels write this many behind the one whose window they still read.
constexpr int64_t kPixelsAhead = 3;

// From the last pixel to the first: what is read for it or for one behind it begins at `needed`.
int64_t LeadOfPixels(const Sliding& s, int64_t pixels_ahead) {
  int64_t lead = INT64_MIN;
  int64_t needed = INT64_MAX;
  const int64_t pixels = s.y.out * s.x.out;
  for (int64_t p = pixels - 1; p >= 0; --p) {
    const int64_t y = p / s.x.out;
    const int64_t x = p % s.x.out;
    needed = std::min(needed, s.y.First(y) * s.InRow() + s.x.First(x) * s.in_pixel);
    const int64_t written = std::min(p + 1 + pixels_ahead, pixels) * s.out_pixel;
    lead = std::max(lead, written - needed);
  }
  return lead;
}

int64_t LeadOfRows(const Sliding& s) {
  int64_t lead = INT64_MIN;
  for (int64_t y = 0; y + 1 < s.y.out; ++y) {
    lead = std::max(lead, (y + 1) * s.OutRow() - s.y.End(y) * s.InRow());
  }
  return lead;
}

template <typename Params>
int64_t LeadOfBands(const KernelCall& call, int64_t width) {
  const auto p = ParamsOf<Params>(call);
  const Sliding conv = SlidingOf(p.conv.shape, width, width);
  const Sliding pool = SlidingOf(p.pool.shape, width);
  int64_t lead = INT64_MIN;
  er_band_t band = er_conv_pool_band(&p.conv.shape, &p.pool.shape, p.bands.band_rows, 0);
  for (int32_t row = band.rows; row < p.pool.shape.out_h; row = band.row + band.rows) {
    const int32_t done = band.end;
    band = er_conv_pool_band(&p.conv.shape, &p.pool.shape, p.bands.band_rows, row);
    const int64_t next = std::max(done, band.first);
    lead = std::max(lead, row * pool.OutRow() - conv.y.First(next) * conv.InRow());
  }
  return lead;
}

std::optional<InputOverlap> OfWindow(const Sliding& s, Order order) {
  if (s.batch != 1) return std::nullopt;
  if (order != Order::CHANNELS) {
    return InputOverlap{LeadOfPixels(s, order == Order::BLOCKS ? kPixelsAhead : 0), 1};
  }
  // Channels of the output must lie on the same channels of the input. The reference kernel goes
  // by pixels.
  if (s.in_pixel != s.out_pixel) return std::nullopt;
  return InputOverlap{std::max(LeadOfPixels(s, 0), LeadOfRows(s)), s.in_pixel};
}

}  // namespace

std::optional<InputOverlap> OutputOverInput(const Graph& graph, const KernelCall& call) {
  const er_kernel_t* reference = er_kernel_reference_of(call.kernel->id);
  const auto order = OrderOf(call.kernel->id);
  if (!order || !OrderOf(reference->id)) return std::nullopt;
  const Tensor& x = graph.tensor(call.inputs[0]);
  const Tensor& y = graph.tensor(call.outputs[0]);
  const int64_t width = DTypeBytes(x.dtype);
  std::optional<InputOverlap> overlap;
  if (*order == Order::BANDS) {
    const bool depthwise = std::string_view(call.kernel->op) == "depthwise_pool";
    const bool floats = x.dtype == DType::kF32;
    const auto lead = depthwise ? (floats ? LeadOfBands<er_depthwise_pool_f32_params_t>
                                          : LeadOfBands<er_depthwise_pool_s8_params_t>)
                                : (floats ? LeadOfBands<er_conv_pool_f32_params_t>
                                          : LeadOfBands<er_conv_pool_s8_params_t>);
    overlap = InputOverlap{lead(call, width), 1};
  } else if (std::string_view(call.kernel->op).ends_with("pool2d")) {
    overlap = OfWindow(SlidingOf(ParamsOf<er_pool2d_shape_t>(call), width), *order);
  } else {
    const auto shape = ParamsOf<er_conv2d_shape_t>(call);
    overlap = OfWindow(SlidingOf(shape, width, DTypeBytes(y.dtype)), *order);
  }
  if (!overlap || overlap->lead >= y.bytes()) return std::nullopt;
  // Where nothing is left to be read when the first output is written, any place will do.
  overlap->lead = std::max(overlap->lead, 1 - x.bytes());
  return overlap;
}

}  // namespace edgerack::compiler
