// kl: the range after whose quantization the spread of the values keeps most of its information,
// by the divergence of Kullback and Leibler, as S. Migacz, "8-bit Inference with TensorRT" (GTC
// 2017). The threshold limits magnitudes; an end that is nearer to zero stays.
#include <algorithm>
#include <cmath>
#include <vector>

#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {
namespace {

constexpr int kShares = 128;     // thresholds: 1/128 … 128/128 of the largest magnitude
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

// The counts, where the bin that zero lies in has no more than its neighbours: zero is a step of
// its own whatever the range, and the many zeros behind a relu would hide all other values.
std::vector<double> WithoutZeros(const ValueHistogram& h) {
  std::vector<double> bins(h.bins().begin(), h.bins().end());
  constexpr size_t kZero = ValueHistogram::kBins / 2;
  bins[kZero] = std::min(bins[kZero], std::max(bins[kZero - 1], bins[kZero + 1]));
  return bins;
}

// Of the values clamped to bins first … last against what is left of them in `levels` steps.
double Loss(const std::vector<double>& bins, int64_t first, int64_t last, int levels) {
  std::vector<double> inside(bins.begin() + first, bins.begin() + last + 1);
  const std::vector<double> q = Quantized(inside, levels);
  for (int64_t i = 0; i < ValueHistogram::kBins; ++i) {
    if (i < first) inside.front() += bins[static_cast<size_t>(i)];
    if (i > last) inside.back() += bins[static_cast<size_t>(i)];
  }
  return Divergence(inside, q);
}

int64_t BinOf(const ValueHistogram& h, double value) {
  const auto bin = static_cast<int64_t>(std::floor(value / h.width())) + ValueHistogram::kBins / 2;
  return std::clamp<int64_t>(bin, 0, ValueHistogram::kBins - 1);
}

ValueRange Range(const TensorStatistics& values, int levels, const RangeOptions&) {
  const ValueRange full = FullRange(values);
  const ValueHistogram& h = values.histogram();
  const std::vector<double> bins = WithoutZeros(h);
  ValueRange best = full;
  double least = HUGE_VAL;
  for (int share = kShares; share > 0; --share) {
    const double threshold = std::max(-full.low, full.high) * share / kShares;
    const ValueRange candidate = {std::max(full.low, -threshold), std::min(full.high, threshold)};
    const int64_t first = BinOf(h, candidate.low);
    const int64_t last = BinOf(h, candidate.high);
    if (last - first + 1 < levels) break;  // no step loses anything from here on
    const double loss = Loss(bins, first, last, levels);
    if (loss >= least) continue;
    least = loss;
    best = candidate;
  }
  return best;
}

}  // namespace

RangeMethod KlMethod() { return {"kl", "least loss of information (entropy)", Range}; }

}  // namespace edgerack::compiler
