// minmax: nothing that calibration saw is clamped.
#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {
namespace {

ValueRange Range(const TensorStatistics& values, int, const RangeOptions&) {
  return FullRange(values);
}

}  // namespace

RangeMethod MinMaxMethod() { return {"minmax", "least and largest value", Range}; }

}  // namespace edgerack::compiler
