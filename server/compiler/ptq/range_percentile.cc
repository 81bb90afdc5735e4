// percentile: the tails are clamped, half of the share that is given up on each side.
#include <algorithm>

#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {
namespace {

ValueRange Range(const TensorStatistics& values, int, const RangeOptions& options) {
  const ValueHistogram& h = values.histogram();
  const double tail =
      static_cast<double>(values.count()) * (100.0 - options.percentile) / 100.0 / 2.0;
  ValueRange range = FullRange(values);
  double seen = 0;
  for (int64_t i = h.first(); i <= h.last(); ++i) {
    seen += static_cast<double>(h.bins()[static_cast<size_t>(i)]);
    if (seen <= tail) continue;
    range.low = std::clamp(h.center(i) - h.width() / 2, range.low, 0.0);
    break;
  }
  seen = 0;
  for (int64_t i = h.last(); i >= h.first(); --i) {
    seen += static_cast<double>(h.bins()[static_cast<size_t>(i)]);
    if (seen <= tail) continue;
    range.high = std::clamp(h.center(i) + h.width() / 2, 0.0, range.high);
    break;
  }
  return range;
}

}  // namespace

RangeMethod PercentileMethod() {
  return {"percentile", "option percentile=P keeps P percent of the values", Range};
}

}  // namespace edgerack::compiler
