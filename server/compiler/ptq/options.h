// What a user may say about post-training quantization.
#ifndef SERVER_COMPILER_PTQ_OPTIONS_H_
#define SERVER_COMPILER_PTQ_OPTIONS_H_

#include <optional>
#include <set>
#include <string>

#include "server/compiler/ptq/range_method.h"
#include "server/compiler/ptq/weights.h"

namespace edgerack::compiler {

inline constexpr double kDefaultKeptShare = 0.1;

// How much of the model is kept in more than int8. Nothing: kDefaultKeptShare of the layers.
struct KeptBudget {
  std::optional<int64_t> layers;  // float_layers=N, int16_layers=N
  std::optional<double> share;    // float_layers=P%, int16_layers=P%, of all layers, 0..1
  std::optional<double> macs;     // float_macs=P%, int16_macs=P%, 0..1

  bool empty() const { return !layers && !share && !macs; }
};

struct PtqOptions {
  std::string method = AllRangeMethods().front().name;  // calibration=
  RangeOptions range;                                   // percentile=
  WeightOptions weights;             // weight_scales=channel|tensor, bias_correction=on|off
  bool equalize = true;              // equalize=on|off
  std::set<std::string> keep_float;  // float.LAYER=on
  std::set<std::string> keep_int16;  // int16.LAYER=on
  // Of modes int8-float and int8-int16.
  std::optional<double> wanted_sqnr_db;    // sqnr=DB
  std::optional<double> most_lost_points;  // accuracy=POINTS, of top-1, in percent
  std::optional<double> most_slower;       // latency=P%, estimated; 0.1: 10 %
  KeptBudget float_budget;                 // of int8-float alone
  KeptBudget int16_budget;                 // of int8-int16 alone
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_OPTIONS_H_
