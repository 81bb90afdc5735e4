// What a user may say about post-training quantization.
#ifndef SERVER_COMPILER_PTQ_OPTIONS_H_
#define SERVER_COMPILER_PTQ_OPTIONS_H_

#include <string>

#include "server/compiler/ptq/range_method.h"

namespace edgerack::compiler {

struct PtqOptions {
  std::string method = AllRangeMethods().front().name;  // calibration=
  RangeOptions range;                                   // percentile=
  bool per_channel_weights = true;                      // weight_scales=channel|tensor
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_OPTIONS_H_
