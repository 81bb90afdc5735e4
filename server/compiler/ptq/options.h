// What a user may say about post-training quantization.
#ifndef SERVER_COMPILER_PTQ_OPTIONS_H_
#define SERVER_COMPILER_PTQ_OPTIONS_H_

#include <optional>
#include <set>
#include <string>

#include "server/compiler/ptq/range_method.h"
#include "server/compiler/ptq/weights.h"

namespace edgerack::compiler {

inline constexpr double kDefaultFloatShare = 0.1;

struct PtqOptions {
  std::string method = AllRangeMethods().front().name;  // calibration=
  RangeOptions range;                                   // percentile=
  WeightOptions weights;             // weight_scales=channel|tensor, bias_correction=on|off
  bool equalize = true;              // equalize=on|off
  std::set<std::string> keep_float;  // float.LAYER=on
  // Of mode int8-float; without any of them kDefaultFloatShare of the layers.
  std::optional<double> wanted_sqnr_db;      // sqnr=
  std::optional<int64_t> most_float_layers;  // float_layers=N
  std::optional<double> most_float_share;    // float_layers=P%, of all layers, 0..1
  std::optional<double> most_float_macs;     // float_macs=P%, 0..1
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_OPTIONS_H_
