#include "server/compiler/app/compile_options.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/files.h"
#include "base/npy/npy.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr char kKnown[] =
    "kernels=ref|fast, objective=time|ram|balanced, io=float|int8, state=reset|carry, "
    "shape.NAME=1x3x…, "
    "freeze.NAME=F.npy, passes.NAME=on|off, arena|weights|code|stack=REGION, "
    "calibration=minmax|percentile|mse|kl, percentile=99.99, weight_scales=channel|tensor, "
    "bias_correction|equalize=on|off, sqnr=DB, accuracy=POINTS, latency=P%, "
    "float_layers|int16_layers=N|P%, float_macs|int16_macs=P%, float.LAYER|int16.LAYER=on, "
    "codebook=8|4|off, codebook.LAYER=8|4|off";

absl::Status BadValue(const std::string& key, const std::string& value, const char* expected) {
  return RefuseOption("option " + key + "=" + value + ": expected " + expected);
}

// All of the text, finite.
std::optional<double> ParseNumber(const std::string& text) {
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

absl::StatusOr<Shape> ParseShape(const std::string& key, const std::string& text) {
  Shape shape;
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    int32_t dim = 0;
    auto result = std::from_chars(at, end, dim);
    if (result.ec != std::errc() || dim < 1) return BadValue(key, text, "1x3x…");
    shape.push_back(dim);
    if (result.ptr == end) return shape;
    if (*result.ptr != 'x') return BadValue(key, text, "1x3x…");
    at = result.ptr + 1;
  }
}

absl::StatusOr<FrozenInput> ReadFrozen(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  ER_ASSIGN_OR_RETURN(NpyArray array, ParseNpy(bytes));
  auto dtype = ParseDType(array.TypeName());
  if (!dtype) {
    return RefuseOption(path + " holds " + array.TypeName() + "; save it with the input's type");
  }
  return FrozenInput{*dtype, Shape(array.shape.begin(), array.shape.end()), array.data};
}

// Bits of a code, 0 for "off".
absl::StatusOr<int> ParseCodebook(const std::string& key, const std::string& value) {
  if (value == "off") return 0;
  if (value == "8" || value == "4") return value[0] - '0';
  return BadValue(key, value, "8, 4 or off");
}

class OptionParser {
 public:
  absl::Status Add(const std::string& option) {
    const size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      return RefuseOption("option '" + option + "' is not KEY=VALUE; known are " + kKnown);
    }
    const std::string key = option.substr(0, equals);
    const std::string value = option.substr(equals + 1);
    const size_t dot = key.find('.');
    if (dot != std::string::npos)
      return AddNamed(key, key.substr(0, dot), key.substr(dot + 1), value);
    return AddPlain(key, value);
  }

  CompileOptions options;

 private:
  absl::Status AddPlain(const std::string& key, const std::string& value) {
    if (key == "kernels") {
      if (value != "ref" && value != "fast") return BadValue(key, value, "ref or fast");
      options.kernels = value == "ref" ? KernelPreference::kReference : KernelPreference::kFast;
    } else if (key == "objective") {
      if (value != "time" && value != "ram" && value != "balanced") {
        return BadValue(key, value, "time, ram or balanced");
      }
      options.objective = value == "time"  ? Objective::kTime
                          : value == "ram" ? Objective::kRam
                                           : Objective::kBalanced;
    } else if (key == "io") {
      if (value != "float" && value != "int8") return BadValue(key, value, "float or int8");
      options.io = value;
    } else if (key == "state") {
      if (value != "reset" && value != "carry") return BadValue(key, value, "reset or carry");
      options.carry_state = value == "carry";
    } else if (key == "codebook") {
      ER_ASSIGN_OR_RETURN(options.codebook.bits, ParseCodebook(key, value));
    } else if (key == "arena") {
      options.placement.arena = value;
    } else if (key == "weights") {
      options.placement.weights = value;
    } else if (key == "code") {
      options.placement.code = value;
    } else if (key == "stack") {
      options.placement.stack = value;
    } else {
      return AddQuantization(key, value);
    }
    return absl::OkStatus();
  }

  absl::Status AddQuantization(const std::string& key, const std::string& value) {
    PtqOptions& ptq = options.ptq;
    if (key == "calibration") {
      if (FindRangeMethod(value) == nullptr) {
        return BadValue(key, value, RangeMethodNames().c_str());
      }
      ptq.method = value;
    } else if (key == "percentile") {
      const auto percent = ParseNumber(value);
      if (!percent || *percent <= 50 || *percent > 100) {
        return BadValue(key, value, "a number above 50, at most 100");
      }
      ptq.range.percentile = *percent;
    } else if (key == "weight_scales") {
      if (value != "channel" && value != "tensor") return BadValue(key, value, "channel or tensor");
      ptq.weights.per_channel = value == "channel";
    } else if (key == "bias_correction" || key == "equalize") {
      if (value != "on" && value != "off") return BadValue(key, value, "on or off");
      (key == "equalize" ? ptq.equalize : ptq.weights.correct_bias) = value == "on";
    } else {
      return AddBudget(key, value);
    }
    return absl::OkStatus();
  }

  absl::Status AddBudget(const std::string& key, const std::string& value) {
    PtqOptions& ptq = options.ptq;
    KeptBudget& kept = key.starts_with("int16") ? ptq.int16_budget : ptq.float_budget;
    const bool percent = value.ends_with('%');
    const auto number = ParseNumber(percent ? value.substr(0, value.size() - 1) : value);
    const bool share = percent && number && *number >= 0 && *number <= 100;
    if (key == "sqnr") {
      if (!number || percent) return BadValue(key, value, "decibels, e.g. 30");
      ptq.wanted_sqnr_db = *number;
    } else if (key == "accuracy") {
      if (!number || percent || *number < 0 || *number > 100) {
        return BadValue(key, value, "the points of top-1 that may be lost, 0 … 100, e.g. 0.5");
      }
      ptq.most_lost_points = *number;
    } else if (key == "latency") {
      if (!percent || !number || *number < 0) {
        return BadValue(key, value, "by how much slower the model may get, e.g. 20%");
      }
      ptq.most_slower = *number / 100;
    } else if (key == "float_layers" || key == "int16_layers") {
      const bool count = !percent && number && *number >= 0 && *number == std::floor(*number);
      if (!share && !count) return BadValue(key, value, "a number of layers, or 0% … 100% of them");
      if (share) kept.share = *number / 100;
      if (count) kept.layers = static_cast<int64_t>(*number);
    } else if (key == "float_macs" || key == "int16_macs") {
      if (!share) return BadValue(key, value, "0% … 100% of the multiplications");
      kept.macs = *number / 100;
    } else {
      return RefuseOption("there is no option '" + key + "'; known are " + kKnown);
    }
    return absl::OkStatus();
  }

  absl::Status AddNamed(const std::string& key, const std::string& group, const std::string& name,
                        const std::string& value) {
    if (group == "passes") {
      if (value != "on" && value != "off") return BadValue(key, value, "on or off");
      if (value == "off") options.passes.switched_off.insert(name);
      return absl::OkStatus();
    }
    if (group == "float" || group == "int16") {
      if (value != "on" && value != "off") return BadValue(key, value, "on or off");
      PtqOptions& ptq = options.ptq;
      if (value == "on") (group == "float" ? ptq.keep_float : ptq.keep_int16).insert(name);
      return absl::OkStatus();
    }
    if (group == "codebook") {
      ER_ASSIGN_OR_RETURN(options.codebook.layers[name], ParseCodebook(key, value));
      return absl::OkStatus();
    }
    if (group == "shape") {
      ER_ASSIGN_OR_RETURN(options.passes.input_shapes[name], ParseShape(key, value));
      return absl::OkStatus();
    }
    if (group == "freeze") {
      auto frozen = ReadFrozen(value);
      if (!frozen.ok()) return Annotate(frozen.status(), "option " + key);
      options.passes.frozen_inputs[name] = *std::move(frozen);
      return absl::OkStatus();
    }
    return RefuseOption("there is no option '" + key + "'; known are " + kKnown);
  }
};

}  // namespace

absl::StatusOr<CompileOptions> ParseCompileOptions(const std::vector<std::string>& options) {
  OptionParser parser;
  for (const std::string& option : options) ER_RETURN_IF_ERROR(parser.Add(option));
  return std::move(parser.options);
}

}  // namespace edgerack::compiler
