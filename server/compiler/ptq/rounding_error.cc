#include "server/compiler/ptq/rounding_error.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {

RoundingError::RoundingError(const ValueHistogram& values, int levels) : levels_(levels) {
  for (int64_t i = values.first(); i <= values.last(); ++i) {
    const int64_t count = values.bins()[static_cast<size_t>(i)];
    if (count > 0) bins_.push_back({values.center(i), static_cast<double>(count)});
  }
}

double RoundingError::operator()(const ValueRange& range) const {
  const double step = (range.high - range.low) / (levels_ - 1);
  if (step <= 0) return HUGE_VAL;
  const double zero = std::round(-range.low / step);
  double sum = 0;
  for (const Bin& bin : bins_) {
    // Steps are counted from the first one, so that adding a half and cutting off rounds.
    const double wanted = std::clamp(bin.value / step + zero, 0.0, levels_ - 1.0);
    const double q = static_cast<double>(static_cast<int64_t>(wanted + 0.5));
    const double error = bin.value - step * (q - zero);
    sum += bin.count * error * error;
  }
  return sum;
}

}  // namespace edgerack::compiler
