// kl: the range after whose quantization the spread of the values keeps most of its information,
// by the divergence of Kullback and Leibler, as S. Migacz, "8-bit Inference with TensorRT" (GTC
// 2017). It asks how many values are clamped, not how far: where few values reach far, as behind
// depthwise convolutions, that costs more than finer steps give, and clamping errors have one sign,
// so that they add up in the next layer. Only thresholds are taken that leave kGain of the full
// range's squared error or less. The threshold limits magnitudes; an end that is nearer to zero
// stays.
#include <algorithm>
#include <cmath>
#include <vector>

#include "server/compiler/ptq/rounding_error.h"

namespace edgerack::compiler {
namespace {

constexpr int kShares = 128;      // thresholds: 1/128 … 128/128 of the largest magnitude
constexpr int kBinsPerLevel = 4;  // at the full range
constexpr int kFewest = 100;  // values per level that make a spread; with fewer the range is full
constexpr double kGain = 0.75;
constexpr double kFloor = 1e-4;  // share that stands for an empty bin of the quantized spread

// Bins first … last as the quantized tensor knows them: each step's count spread evenly over the
// bins of the step that hold values.
std::vector<double> Quantized(const std::vector<double>& bins, int levels) {
  const size_t n = bins.size();
  std::vector<double> spread(n, 0.0);
  for (int level = 0; level < levels; ++level) {
    const size_t begin = n * static_cast<size_t>(level) / static_cast<size_t>(levels);
    const size_t end = n * static_cast<size_t>(level + 1) / static_cast<size_t>(levels);
    double sum = 0;
    double filled = 0;
    for (size_t i = begin; i < end; ++i) {
      sum += bins[i];
      filled += bins[i] > 0 ? 1 : 0;
    }
    for (size_t i = begin; i < end; ++i) {
      if (bins[i] > 0) spread[i] = sum / filled;
    }
  }
  return spread;
}

double Divergence(const std::vector<double>& p, const std::vector<double>& q) {
  double p_sum = 0;
  double q_sum = 0;
  for (double v : p) p_sum += v;
  for (double v : q) q_sum += v;
  if (p_sum <= 0 || q_sum <= 0) return HUGE_VAL;
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const double a = p[i] / p_sum;
    const double b = q[i] > 0 ? q[i] / q_sum : kFloor / static_cast<double>(p.size());
    if (a > 0) sum += a * std::log(a / b);
  }
  return sum;
}

// Coarser bins: with fewer values each, it would be their noise that steps of several bins lose.
struct Coarse {
  std::vector<double> bins;
  double width = 0;
  int64_t zero = 0;  // the bin that begins at zero

  int64_t BinOf(double value) const {
    const auto bin = static_cast<int64_t>(std::floor(value / width)) + zero;
    return std::clamp<int64_t>(bin, 0, static_cast<int64_t>(bins.size()) - 1);
  }
};

// The bin that zero lies in has no more than its neighbours: zero is a step of its own whatever the
// range, and the many zeros behind a relu would hide all other values.
Coarse CoarseBins(const ValueHistogram& h, const ValueRange& full, int levels) {
  Coarse coarse;
  const double wanted = (full.high - full.low) / (levels * kBinsPerLevel);
  int64_t joined = 1;
  while (static_cast<double>(2 * joined) * h.width() <= wanted) joined *= 2;
  coarse.width = h.width() * static_cast<double>(joined);
  coarse.zero = ValueHistogram::kBins / 2 / joined;
  coarse.bins.resize(static_cast<size_t>(ValueHistogram::kBins / joined), 0.0);
  for (int64_t i = 0; i < ValueHistogram::kBins; ++i) {
    double count = static_cast<double>(h.bins()[static_cast<size_t>(i)]);
    if (i == ValueHistogram::kBins / 2) {
      const auto at = static_cast<size_t>(i);
      count = std::min(count, static_cast<double>(std::max(h.bins()[at - 1], h.bins()[at + 1])));
    }
    coarse.bins[static_cast<size_t>(i / joined)] += count;
  }
  return coarse;
}

// Of the values clamped to bins first … last against what is left of them in `levels` steps.
double Loss(const std::vector<double>& bins, int64_t first, int64_t last, int levels) {
  std::vector<double> inside(bins.begin() + first, bins.begin() + last + 1);
  const std::vector<double> q = Quantized(inside, levels);
  for (int64_t i = 0; i < static_cast<int64_t>(bins.size()); ++i) {
    if (i < first) inside.front() += bins[static_cast<size_t>(i)];
    if (i > last) inside.back() += bins[static_cast<size_t>(i)];
  }
  return Divergence(inside, q);
}

ValueRange Range(const TensorStatistics& values, int levels, const RangeOptions&) {
  const ValueRange full = FullRange(values);
  if (full.high == full.low || values.count() < int64_t{kFewest} * levels) return full;
  const Coarse coarse = CoarseBins(values.histogram(), full, levels);
  const RoundingError error_of(values.histogram(), levels);
  const double error_of_all = error_of(full);
  ValueRange best = full;
  double least = HUGE_VAL;
  for (int share = kShares; share > 0; --share) {
    const double threshold = std::max(-full.low, full.high) * share / kShares;
    const ValueRange candidate = {std::max(full.low, -threshold), std::min(full.high, threshold)};
    const int64_t first = coarse.BinOf(candidate.low);
    const int64_t last = coarse.BinOf(candidate.high);
    if (last - first + 1 < levels) break;  // no step loses anything from here on
    if (error_of(candidate) > error_of_all * kGain) continue;
    const double loss = Loss(coarse.bins, first, last, levels);
    if (loss >= least) continue;
    least = loss;
    best = candidate;
  }
  return best;
}

}  // namespace

RangeMethod KlMethod() { return {"kl", "least loss of information (entropy)", Range}; }

}  // namespace edgerack::compiler
