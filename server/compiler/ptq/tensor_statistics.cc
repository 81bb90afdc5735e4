#include "server/compiler/ptq/tensor_statistics.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {

void TensorStatistics::Add(std::string_view bytes) {
  const size_t elements = bytes.size() / sizeof(float);
  sums_.resize(elements, 0.0);
  for (size_t i = 0; i < elements; ++i) {
    const double value = static_cast<double>(LoadElement<float>(bytes, i));
    if (!std::isfinite(value)) {
      ++not_finite_;
      continue;
    }
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    histogram_.Add(value);
    sums_[i] += value;
    double& magnitude = magnitudes_[i % magnitudes_.size()];
    magnitude = std::max(magnitude, std::fabs(value));
  }
  ++samples_;
}

void TensorStatistics::Merge(const TensorStatistics& other) {
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  not_finite_ += other.not_finite_;
  histogram_.Merge(other.histogram_);
}

std::vector<double> TensorStatistics::ElementMeans() const {
  std::vector<double> means = sums_;
  for (double& mean : means) mean /= static_cast<double>(std::max<int64_t>(samples_, 1));
  return means;
}

double TensorStatistics::ShareOutside(double low, double high) const {
  if (count() == 0 || (low <= min_ && high >= max_)) return 0;
  int64_t outside = 0;
  for (int64_t i = 0; i < ValueHistogram::kBins; ++i) {
    const double center = histogram_.center(i);
    if (center < low || center > high) outside += histogram_.bins()[static_cast<size_t>(i)];
  }
  return static_cast<double>(outside) / static_cast<double>(count());
}

}  // namespace edgerack::compiler
