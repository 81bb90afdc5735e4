#include "client/cli/image/value_scale.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "client/cli/image/refusal.h"

namespace edgerack::cli {
namespace {

absl::Status BadOption(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_OPTION", message);
}

bool ParseNumber(const std::string& text, double& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value);
}

absl::StatusOr<std::vector<double>> ParseList(const char* option, const std::string& text) {
  std::vector<double> values;
  for (size_t at = 0; !text.empty() && at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    double value = 0;
    if (!ParseNumber(text.substr(at, end - at), value)) {
      return BadOption(std::string(option) + " takes numbers with commas between them, not \"" +
                       text.substr(0, 60) + "\"");
    }
    values.push_back(value);
    at = end + 1;
  }
  return values;
}

std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string ListText(const std::vector<double>& values) {
  if (values.size() == 1) return NumberText(values[0]);
  std::string text;
  for (double value : values) text += (text.empty() ? "[" : ", ") + NumberText(value);
  return text + "]";
}

std::string RangeText(const ValueScale& scale) {
  const double divisor = 255 / (scale.high - scale.low);
  std::string text = divisor == 1 ? "x" : "x/" + NumberText(divisor);
  if (scale.low < 0) text += " - " + NumberText(-scale.low);
  if (scale.low > 0) text += " + " + NumberText(scale.low);
  return text;
}

double Of(const std::vector<double>& values, int channel) {
  return values.size() == 1 ? values[0] : values[static_cast<size_t>(channel)];
}

}  // namespace

absl::StatusOr<ValueScale> ParseValueScale(const std::string& range, const std::string& mean,
                                           const std::string& deviation) {
  ValueScale scale;
  const size_t dots = range.find("..");
  if (dots == std::string::npos || !ParseNumber(range.substr(0, dots), scale.low) ||
      !ParseNumber(range.substr(dots + 2), scale.high) || !(scale.low < scale.high)) {
    return BadOption(
        "--range takes LOW..HIGH with LOW below HIGH, e.g. 0..1, -1..1 or 0..255, not \"" +
        range.substr(0, 60) + "\"");
  }
  if (mean.empty() != deviation.empty()) {
    return BadOption("--mean and --std belong together; to subtract only, give --std 1");
  }
  ER_ASSIGN_OR_RETURN(scale.mean, ParseList("--mean", mean));
  ER_ASSIGN_OR_RETURN(scale.deviation, ParseList("--std", deviation));
  if (scale.mean.size() != scale.deviation.size()) {
    return BadOption("--mean has " + std::to_string(scale.mean.size()) + " numbers, --std " +
                     std::to_string(scale.deviation.size()));
  }
  for (double value : scale.deviation) {
    if (!(value > 0)) return BadOption("--std takes numbers above 0");
  }
  return scale;
}

absl::Status CheckChannels(const ValueScale& scale, int channels) {
  const size_t given = scale.mean.size();
  if (given <= 1 || given == static_cast<size_t>(channels)) return absl::OkStatus();
  return BadInput("--mean and --std have " + std::to_string(given) +
                  " numbers, the model's image has " + std::to_string(channels) + " channel" +
                  (channels == 1 ? "" : "s"));
}

double Scaled(const ValueScale& scale, uint8_t pixel, int channel) {
  const double value = scale.low + pixel * (scale.high - scale.low) / 255;
  if (scale.mean.empty()) return value;
  return (value - Of(scale.mean, channel)) / Of(scale.deviation, channel);
}

std::string FormulaText(const ValueScale& scale) {
  if (scale.mean.empty()) return RangeText(scale);
  return "(" + RangeText(scale) + " - " + ListText(scale.mean) + ")/" + ListText(scale.deviation);
}

}  // namespace edgerack::cli
