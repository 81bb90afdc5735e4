#include "server/compiler/validate/real_values.h"

#include <algorithm>
#include <limits>

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

// Elements that share a scale lie `inner` apart from the next channel's.
int64_t InnerOf(const Tensor& tensor) {
  int64_t inner = 1;
  for (size_t d = static_cast<size_t>(tensor.quantization.axis) + 1; d < tensor.shape.size(); ++d) {
    inner *= tensor.shape[d];
  }
  return inner;
}

double Real(const Quantization& q, size_t channel, double value) {
  return static_cast<double>(q.scales[channel]) *
         (value - static_cast<double>(q.zero_points[channel]));
}

}  // namespace

bool IsQuantized(const Tensor& tensor) {
  return tensor.quantization.quantized() && tensor.dtype != DType::kF32 &&
         tensor.dtype != DType::kBool && !IsBits(tensor.dtype);
}

std::vector<double> RealValues(const Tensor& tensor, std::string_view bytes) {
  const Quantization& q = tensor.quantization;
  const bool quantized = IsQuantized(tensor);
  const int64_t inner = quantized && !q.per_tensor() ? InnerOf(tensor) : 1;
  const auto count = static_cast<size_t>(tensor.elements());
  const size_t row = tensor.shape.empty() ? 1 : static_cast<size_t>(tensor.shape.back());
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t at = IsBits(tensor.dtype) ? i / row * ((row + 31) / 32 * 32) + i % row : i;
    const double value = ElementAsDouble(tensor.dtype, bytes, at);
    const size_t channel =
        q.scales.size() > 1 ? i / static_cast<size_t>(inner) % q.scales.size() : 0;
    values[i] = quantized ? Real(q, channel, value) : value;
  }
  return values;
}

std::string BytesOfValues(const Tensor& tensor, const std::vector<double>& values) {
  std::string bytes;
  if (!IsBits(tensor.dtype)) {
    for (double value : values) AppendDouble(tensor.dtype, value, bytes);
    return bytes;
  }
  const size_t row = tensor.shape.empty() ? 1 : static_cast<size_t>(tensor.shape.back());
  for (size_t start = 0; start < values.size(); start += row) {
    for (size_t word = start; word < start + row; word += 32) {
      uint32_t bits = 0;
      for (size_t i = word; i < std::min(word + 32, start + row); ++i) {
        bits |= uint32_t{values[i] > 0} << (i - word);
      }
      AppendElement(bytes, bits);
    }
  }
  return bytes;
}

RealRange RangeOf(const Tensor& tensor) {
  auto range = [&](double low, double high) {
    return RealRange{Real(tensor.quantization, 0, low), Real(tensor.quantization, 0, high)};
  };
  switch (tensor.dtype) {
    case DType::kS8:
      return range(-128, 127);
    case DType::kU8:
      return range(0, 255);
    case DType::kS16:
      return range(-32768, 32767);
    default:
      return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  }
}

}  // namespace edgerack::compiler
