// How a tensor's range follows from its values. A method is one file and one line in
// range_methods.inc.
#ifndef SERVER_COMPILER_PTQ_RANGE_METHOD_H_
#define SERVER_COMPILER_PTQ_RANGE_METHOD_H_

#include <string>
#include <vector>

#include "server/compiler/ptq/tensor_statistics.h"

namespace edgerack::compiler {

// The real values that are not clamped; low <= 0 <= high, because zero is always one of the steps.
struct ValueRange {
  double low = 0, high = 0;
};

struct RangeOptions {
  double percentile = 99.99;  // of the values that method percentile keeps
};

struct RangeMethod {
  const char* name;
  const char* summary;
  // Of at least one value. `levels` is the number of steps, 256 for int8.
  ValueRange (*range)(const TensorStatistics& values, int levels, const RangeOptions& options);
};

const std::vector<RangeMethod>& AllRangeMethods();
// nullptr for a name that is none.
const RangeMethod* FindRangeMethod(const std::string& name);
// "minmax|percentile|…"
std::string RangeMethodNames();

// min and max of the values, with zero.
ValueRange FullRange(const TensorStatistics& values);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_RANGE_METHOD_H_
