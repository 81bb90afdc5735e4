// Values cut off at limits that are too narrow.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {

Feed ClippedFeed(const InputSamples& in, size_t index, double low, double high) {
  char text[96];
  std::snprintf(text, sizeof text, "the input was clamped to %.6g .. %.6g", low, high);
  const auto [least, most] = std::minmax_element(in.real.begin(), in.real.end());
  char range[96];
  std::snprintf(range, sizeof range, "%.6g .. %.6g", static_cast<double>(*least),
                static_cast<double>(*most));
  Feed feed;
  feed.code = "SATURATED_INPUT";
  feed.what = text;
  feed.fix = std::string("Leave the values their whole range, ") + range +
             ": calibrate with data that covers it, and do not clamp before the model.";
  feed.input = index;
  feed.encode = [&in, low, high](const std::vector<float>& real) {
    std::vector<float> cut = real;
    for (float& x : cut) {
      x = std::clamp(x, static_cast<float>(low), static_cast<float>(high));
    }
    return in.Encode(cut);
  };
  return feed;
}

void AddSaturationFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  constexpr double kNone = 3.4e38;
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    if (in.dtype != DType::kF32 && !in.int8()) continue;
    for (auto [low, high] : {std::pair{-1.0, 1.0},
                             {0.0, 1.0},
                             {0.0, kNone},
                             {-kNone, 0.0},
                             {0.0, 255.0},
                             {-128.0, 127.0},
                             {-0.5, 0.5}}) {
      feeds.push_back(ClippedFeed(in, i, low, high));
    }
    if (!in.int8()) continue;
    // A grid that is too fine: the same zero point, fewer real values.
    for (double factor : {1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 16.0, 32.0}) {
      char text[96];
      std::snprintf(text, sizeof text, "the input was quantized with 1/%g of its scale", factor);
      Feed feed;
      feed.code = "SATURATED_INPUT";
      feed.what = std::string(text) + ", so that large values were clamped";
      feed.fix = "Quantize with the scale of the model's input.";
      feed.input = i;
      feed.encode = [&in, factor](const std::vector<float>& real) {
        std::vector<float> scaled = real;
        for (float& x : scaled) x *= static_cast<float>(factor);
        return in.Encode(scaled);
      };
      feeds.push_back(std::move(feed));
    }
  }
}

}  // namespace edgerack::compiler::doctor
