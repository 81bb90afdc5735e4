// mse: the range whose steps have the least mean squared error over the values. Clamping costs at
// the ends, wide steps cost everywhere; both ends are moved in turn until neither improves.
#include "server/compiler/ptq/rounding_error.h"

namespace edgerack::compiler {
namespace {

constexpr int kShares = 100;  // candidates of an end: 1/100 … 100/100 of the whole
constexpr int kRounds = 4;

ValueRange Range(const TensorStatistics& values, int levels, const RangeOptions&) {
  const ValueRange full = FullRange(values);
  if (levels > ValueHistogram::kBins) return full;  // the bins cannot tell such fine steps apart
  const RoundingError error_of(values.histogram(), levels);
  ValueRange best = full;
  double least = error_of(best);
  for (int round = 0; round < kRounds; ++round) {
    const double before = least;
    for (double ValueRange::*end : {&ValueRange::low, &ValueRange::high}) {
      for (int share = kShares; share > 0 && full.*end != 0; --share) {
        ValueRange candidate = best;
        candidate.*end = full.*end * share / kShares;
        const double error = error_of(candidate);
        if (error >= least) continue;
        least = error;
        best = candidate;
      }
    }
    if (least == before) break;
  }
  return best;
}

}  // namespace

RangeMethod MseMethod() { return {"mse", "least mean squared error of the steps", Range}; }

}  // namespace edgerack::compiler
