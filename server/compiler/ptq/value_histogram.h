// How real values are spread: bins of one width around zero, made finer than any int8 step of them.
#ifndef SERVER_COMPILER_PTQ_VALUE_HISTOGRAM_H_
#define SERVER_COMPILER_PTQ_VALUE_HISTOGRAM_H_

#include <cstdint>
#include <vector>

namespace edgerack::compiler {

// Counts values into 8192 bins over [-2^e, 2^e). Where a value lies outside, e grows and
// neighbours become one bin, so that the result depends on the values alone, not on their order,
// and no value has to be seen twice.
class ValueHistogram {
 public:
  static constexpr int64_t kBins = 8192;

  // `value` is finite.
  void Add(double value);
  void Merge(const ValueHistogram& other);

  int64_t count() const { return count_; }
  double width() const;              // of a bin
  double center(int64_t bin) const;  // 0 <= bin < kBins
  const std::vector<int64_t>& bins() const { return bins_; }
  // The first and last bin that hold a value; first > last without values.
  int64_t first() const;
  int64_t last() const;

 private:
  void GrowTo(int exponent);

  int exponent_ = -64;
  int64_t count_ = 0;
  std::vector<int64_t> bins_ = std::vector<int64_t>(kBins, 0);
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_VALUE_HISTOGRAM_H_
