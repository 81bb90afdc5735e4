// What a user may say about post-training quantization.
#ifndef SERVER_COMPILER_PTQ_OPTIONS_H_
#define SERVER_COMPILER_PTQ_OPTIONS_H_

#include <string>

#include "server/compiler/ptq/range_method.h"
#include "server/compiler/ptq/weights.h"

namespace edgerack::compiler {

struct PtqOptions {
  std::string method = AllRangeMethods().front().name;  // calibration=
  RangeOptions range;                                   // percentile=
  WeightOptions weights;  // weight_scales=channel|tensor, bias_correction=on|off
  bool equalize = true;   // equalize=on|off
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_OPTIONS_H_
