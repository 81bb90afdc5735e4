#include "server/compiler/ops/resize_table.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {
namespace {

int32_t Limited(double index, int64_t size) {
  return static_cast<int32_t>(std::clamp(index, 0.0, static_cast<double>(size - 1)));
}

double Scale(const ResizeAxis& a) {
  return a.scale > 0 ? a.scale : static_cast<double>(a.out) / static_cast<double>(a.in);
}

// TensorFlow Lite divides the sizes, in single precision.
float FloatStep(const ResizeAxis& a) {
  if (a.coordinate == "align_corners" && a.out > 1) {
    return static_cast<float>(a.in - 1) / static_cast<float>(a.out - 1);
  }
  return static_cast<float>(a.in) / static_cast<float>(a.out);
}

// The coordinate in the input of output index `x`, as the attributes say it.
double Coordinate(const ResizeAxis& a, int64_t x) {
  const double at = static_cast<double>(x);
  const double in = static_cast<double>(a.in);
  if (a.float_coordinates) {
    const float index = static_cast<float>(x);
    if (a.coordinate == "half_pixel") return (index + 0.5f) * FloatStep(a) - 0.5f;
    return index * FloatStep(a);
  }
  const double scale = Scale(a);
  const double resized = scale * in;  // not rounded: ONNX means it so
  if (a.coordinate == "asymmetric") return at / scale;
  if (a.coordinate == "align_corners") return x == 0 ? 0 : at * (in - 1) / (resized - 1);
  if (a.coordinate == "pytorch_half_pixel" && a.out == 1) return 0;
  if (a.coordinate == "tf_crop_and_resize") {
    if (a.out == 1) return 0.5 * (a.roi_begin + a.roi_end) * (in - 1);
    return a.roi_begin * (in - 1) +
           at * (a.roi_end - a.roi_begin) * (in - 1) / static_cast<double>(a.out - 1);
  }
  double offset = 0;
  if (a.coordinate == "half_pixel_symmetric") {
    offset = in / 2 * (1 - static_cast<double>(a.out) / resized);
  }
  return offset + (at + 0.5) / scale - 0.5;
}

// The same, kept where arithmetic with it is sound: attributes may be infinite.
double Place(const ResizeAxis& a, int64_t x) {
  constexpr double kFar = 1e9;
  const double place = Coordinate(a, x);
  if (!(place > -kFar)) return -kFar;
  return place < kFar ? place : kFar;
}

bool Outside(const ResizeAxis& a, double place) {
  return a.coordinate == "tf_crop_and_resize" &&
         (place < 0 || place > static_cast<double>(a.in - 1));
}

// Weight of a tap at a signed distance.
double Weight(const Filter& filter, double distance) {
  const double d = std::abs(distance);
  if (!filter.cubic) return std::max(0.0, 1 - d);
  const double a = filter.cubic_a;
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return 0;
}

double Rounded(double place, const std::string& rounding) {
  if (rounding == "floor") return std::floor(place);
  if (rounding == "ceil") return std::ceil(place);
  if (rounding == "round_prefer_ceil") return std::floor(place + 0.5);
  return std::ceil(place - 0.5);
}

// TensorFlow Lite's choice, which rounds before it takes back the half pixel.
double FloatNearest(const ResizeAxis& a, int64_t x) {
  const float offset = a.coordinate == "half_pixel" ? 0.5f : 0.0f;
  const float place = (static_cast<float>(x) + offset) * FloatStep(a);
  return static_cast<double>(a.coordinate == "align_corners" ? std::round(place)
                                                             : std::floor(place));
}

}  // namespace

std::vector<int32_t> NearestTable(const ResizeAxis& a, const std::string& rounding) {
  std::vector<int32_t> table;
  for (int64_t x = 0; x < a.out; ++x) {
    const double place = Place(a, x);
    const double nearest = a.float_coordinates ? FloatNearest(a, x) : Rounded(place, rounding);
    table.push_back(Outside(a, place) ? -1 : Limited(nearest, a.in));
  }
  return table;
}

WeightTable InterpolationTable(const ResizeAxis& a, const Filter& filter) {
  // A filter that removes what a smaller image cannot show is wider by the factor of reduction.
  const double squeeze = filter.antialias ? std::min(1.0, Scale(a)) : 1.0;
  const double radius = (filter.cubic ? 2.0 : 1.0) / squeeze;
  const int64_t first = static_cast<int64_t>(std::floor(-radius)) + 1;
  WeightTable table;
  table.taps = 2 - 2 * first;
  for (int64_t x = 0; x < a.out; ++x) {
    const double place = Place(a, x);
    const double base = std::floor(place);
    const size_t begin = table.indices.size();
    double sum = 0;
    for (int64_t t = 0; t < table.taps; ++t) {
      const double index = base + static_cast<double>(first + t);
      const bool inside = index >= 0 && index < static_cast<double>(a.in);
      double weight = Weight(filter, (index - place) * squeeze);
      if (filter.exclude_outside && !inside) weight = 0;
      table.indices.push_back(Limited(index, a.in));
      table.weights.push_back(weight);
      sum += weight;
    }
    for (size_t i = begin; i < table.weights.size(); ++i) {
      if (filter.exclude_outside || filter.antialias) table.weights[i] /= sum;
    }
    if (Outside(a, place)) table.indices[begin] = -1;
  }
  return table;
}

IntegerTable LinearIntegerTable(const ResizeAxis& a) {
  constexpr int64_t kOne = 1 << 10;
  const int64_t step = a.coordinate == "align_corners" && a.out > 1
                           ? (kOne * (a.in - 1) + (a.out - 1) / 2) / (a.out - 1)
                           : (kOne * a.in + a.out / 2) / a.out;
  IntegerTable table;
  for (int64_t x = 0; x < a.out; ++x) {
    const int64_t place =
        x * step + (a.coordinate == "half_pixel" ? step / 2 - kOne / 2 : int64_t{0});
    const int64_t low = std::max<int64_t>(place / kOne, 0);
    const int64_t high = std::min<int64_t>((place + kOne - 1) / kOne, a.in - 1);
    const int64_t fraction = place - kOne * low;
    table.indices.push_back(Limited(static_cast<double>(low), a.in));
    table.indices.push_back(Limited(static_cast<double>(high), a.in));
    table.weights.push_back(static_cast<int16_t>(kOne - fraction));
    table.weights.push_back(static_cast<int16_t>(fraction));
  }
  return table;
}

}  // namespace edgerack::compiler
