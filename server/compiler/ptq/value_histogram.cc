#include "server/compiler/ptq/value_histogram.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {

double ValueHistogram::width() const { return std::ldexp(2.0 / kBins, exponent_); }

double ValueHistogram::center(int64_t bin) const {
  return (static_cast<double>(bin - kBins / 2) + 0.5) * width();
}

void ValueHistogram::GrowTo(int exponent) {
  while (exponent_ < exponent) {
    std::vector<int64_t> coarser(kBins, 0);
    for (int64_t i = 0; i < kBins; ++i) {
      coarser[static_cast<size_t>(kBins / 4 + i / 2)] += bins_[static_cast<size_t>(i)];
    }
    bins_ = std::move(coarser);
    ++exponent_;
  }
}

void ValueHistogram::Add(double value) {
  int exponent = 0;
  std::frexp(value, &exponent);  // |value| < 2^exponent
  if (value != 0 && exponent > exponent_) GrowTo(exponent);
  const auto bin = static_cast<int64_t>(std::floor(value / width())) + kBins / 2;
  ++bins_[static_cast<size_t>(std::clamp<int64_t>(bin, 0, kBins - 1))];
  ++count_;
}

void ValueHistogram::Merge(const ValueHistogram& other) {
  ValueHistogram added = other;
  GrowTo(added.exponent_);
  added.GrowTo(exponent_);
  for (size_t i = 0; i < bins_.size(); ++i) bins_[i] += added.bins_[i];
  count_ += added.count_;
}

int64_t ValueHistogram::first() const {
  return std::find_if(bins_.begin(), bins_.end(), [](int64_t n) { return n != 0; }) - bins_.begin();
}

int64_t ValueHistogram::last() const {
  int64_t bin = kBins - 1;
  while (bin >= 0 && bins_[static_cast<size_t>(bin)] == 0) --bin;
  return bin;
}

}  // namespace edgerack::compiler
