#include "server/compiler/ptq/grid.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

constexpr double kLeast = -128, kMost = 127;
constexpr double kMostInt16 = 32767;

// The channel of element i, where channels are slices of `axis`.
struct Channels {
  Channels(const Tensor& tensor, const Quantization& grid) : count(grid.scales.size()) {
    for (size_t d = static_cast<size_t>(grid.axis) + 1; d < tensor.shape.size(); ++d) {
      inner *= static_cast<size_t>(tensor.shape[d]);
    }
  }
  size_t operator()(size_t i) const { return count == 1 ? 0 : i / inner % count; }

  size_t count;
  size_t inner = 1;
};

}  // namespace

Quantization ActivationGrid(const ValueRange& range) {
  const double width = range.high - range.low;
  const auto scale = static_cast<float>(width / (kMost - kLeast));
  if (!(scale > 0)) return {{1.0f}, {0}, 0};
  const double zero = std::round(kLeast - range.low / static_cast<double>(scale));
  return {{scale}, {static_cast<int32_t>(std::clamp(zero, kLeast, kMost))}, 0};
}

Quantization Int16Grid(const ValueRange& range) {
  const auto scale = static_cast<float>(std::max(-range.low, range.high) / kMostInt16);
  return {{std::isnormal(scale) ? scale : 1.0f}, {0}, 0};
}

ValueRange CoveredBy(const Quantization& grid, DType dtype) {
  const double scale = static_cast<double>(grid.scales[0]);
  const double zero = static_cast<double>(grid.zero_points[0]);
  if (dtype == DType::kS16) return {scale * -(kMostInt16 + 1), scale * kMostInt16};
  return {scale * (kLeast - zero), scale * (kMost - zero)};
}

Quantization WeightGrid(const Tensor& weights, int axis, bool per_channel,
                        const std::vector<double>& least) {
  Quantization grid;
  grid.axis = per_channel ? axis : 0;
  const auto channels = static_cast<size_t>(weights.shape[static_cast<size_t>(axis)]);
  grid.scales.assign(per_channel ? channels : 1, 0.0f);
  grid.zero_points.assign(grid.scales.size(), 0);
  const Channels channel(weights, grid);
  std::vector<double> largest(grid.scales.size(), 0.0);
  for (size_t i = 0; i < static_cast<size_t>(weights.elements()); ++i) {
    const double value = std::fabs(ElementAsDouble(weights.dtype, *weights.data, i));
    largest[channel(i)] = std::max(largest[channel(i)], value);
  }
  for (size_t c = 0; c < grid.scales.size(); ++c) {
    double scale = largest[c] / kMost;
    for (size_t k = 0; k < least.size(); ++k) {
      if (!per_channel || k == c) scale = std::max(scale, least[k]);
    }
    grid.scales[c] = static_cast<float>(scale);
    if (!std::isnormal(grid.scales[c])) grid.scales[c] = 1.0f;
  }
  return grid;
}

Tensor OnGrid(const Tensor& tensor, const Quantization& grid, DType dtype) {
  const double most = dtype == DType::kS16 ? kMostInt16 : kMost;
  const Channels channel(tensor, grid);
  const bool symmetric = std::all_of(grid.zero_points.begin(), grid.zero_points.end(),
                                     [](int32_t zero) { return zero == 0; });
  Tensor moved = tensor;
  std::string bytes;
  bytes.reserve(tensor.data->size());
  for (size_t i = 0; i < static_cast<size_t>(tensor.elements()); ++i) {
    const double scale = static_cast<double>(grid.scales[channel(i)]);
    const double zero = static_cast<double>(grid.zero_points[channel(i)]);
    const double step = std::round(ElementAsDouble(tensor.dtype, *tensor.data, i) / scale) + zero;
    const double held = std::clamp(step, symmetric ? -most : -most - 1, most);
    AppendElement(bytes, static_cast<float>(scale * (held - zero)));
  }
  moved.data = std::make_shared<const std::string>(std::move(bytes));
  moved.quantization = grid;
  return moved;
}

}  // namespace edgerack::compiler
