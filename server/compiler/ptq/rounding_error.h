// What rounding to steps costs values that are only known by their histogram.
#ifndef SERVER_COMPILER_PTQ_ROUNDING_ERROR_H_
#define SERVER_COMPILER_PTQ_ROUNDING_ERROR_H_

#include <vector>

#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {

class RoundingError {
 public:
  RoundingError(const ValueHistogram& values, int levels);

  // Sum of the squared errors of all values with the range's steps, clamping included; infinite for
  // an empty range.
  double operator()(const ValueRange& range) const;

 private:
  struct Bin {
    double value, count;
  };
  std::vector<Bin> bins_;  // those that hold values
  int levels_;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_ROUNDING_ERROR_H_
