// What calibration keeps of a tensor's values: enough for every method, in memory that does not
// grow with the samples.
#ifndef SERVER_COMPILER_PTQ_TENSOR_STATISTICS_H_
#define SERVER_COMPILER_PTQ_TENSOR_STATISTICS_H_

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "server/compiler/ptq/value_histogram.h"

namespace edgerack::compiler {

class TensorStatistics {
 public:
  // `channels`: the tensor's last dimension.
  explicit TensorStatistics(int32_t channels = 1)
      : magnitudes_(static_cast<size_t>(channels), 0.0) {}

  // The float32 values of one sample, row-major. NaN and infinities are counted and left out.
  void Add(std::string_view bytes);
  // Of tensors that share a scale. Means and what is told per channel stay this one's.
  void Merge(const TensorStatistics& other);

  int64_t count() const { return histogram_.count(); }
  int64_t not_finite() const { return not_finite_; }
  double min() const { return min_; }  // > max() without values
  double max() const { return max_; }
  const ValueHistogram& histogram() const { return histogram_; }
  // Of each element over the samples.
  std::vector<double> ElementMeans() const;
  // Largest magnitude in each channel.
  const std::vector<double>& ChannelMagnitudes() const { return magnitudes_; }
  // Share of the values outside [low, high], to within a bin of the histogram; 0..1.
  double ShareOutside(double low, double high) const;

 private:
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  int64_t not_finite_ = 0;
  ValueHistogram histogram_;
  std::vector<double> magnitudes_;  // by channel
  std::vector<double> sums_;        // by element
  int64_t samples_ = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_TENSOR_STATISTICS_H_
