// mse: the range whose steps have the least mean squared error over the values. Clamping costs at
// the ends, wide steps cost everywhere; both ends are moved in turn until neither improves.
#include <algorithm>
#include <cmath>
#include <vector>

#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {
namespace {

constexpr int kShares = 100;  // candidates of an end: 1/100 … 100/100 of the whole
constexpr int kRounds = 4;

struct Bin {
  double value, count;
};

std::vector<Bin> FilledBins(const ValueHistogram& h) {
  std::vector<Bin> filled;
  for (int64_t i = h.first(); i <= h.last(); ++i) {
    const int64_t count = h.bins()[static_cast<size_t>(i)];
    if (count > 0) filled.push_back({h.center(i), static_cast<double>(count)});
  }
  return filled;
}

double SquaredError(const std::vector<Bin>& bins, const ValueRange& range, int levels) {
  const double step = (range.high - range.low) / (levels - 1);
  if (step <= 0) return HUGE_VAL;
  const double zero = std::round(-range.low / step);
  double sum = 0;
  for (const Bin& bin : bins) {
    // Steps are counted from the first one, so that adding a half and cutting off rounds.
    const double wanted = std::clamp(bin.value / step + zero, 0.0, levels - 1.0);
    const double q = static_cast<double>(static_cast<int64_t>(wanted + 0.5));
    const double error = bin.value - step * (q - zero);
    sum += bin.count * error * error;
  }
  return sum;
}

ValueRange Range(const TensorStatistics& values, int levels, const RangeOptions&) {
  const ValueRange full = FullRange(values);
  const std::vector<Bin> bins = FilledBins(values.histogram());
  ValueRange best = full;
  double least = SquaredError(bins, best, levels);
  for (int round = 0; round < kRounds; ++round) {
    const double before = least;
    for (double ValueRange::*end : {&ValueRange::low, &ValueRange::high}) {
      for (int share = kShares; share > 0 && full.*end != 0; --share) {
        ValueRange candidate = best;
        candidate.*end = full.*end * share / kShares;
        const double error = SquaredError(bins, candidate, levels);
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
