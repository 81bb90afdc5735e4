#include "client/cli/image/picture.h"

#include <algorithm>
#include <cmath>

namespace edgerack::cli {
namespace {

// What one target pixel takes of a line of source pixels: weights from `first` on, sum 1.
struct Share {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Share> Shares(int from, int to) {
  std::vector<Share> shares;
  const double ratio = static_cast<double>(from) / to;
  const double reach = std::max(ratio, 1.0);
  for (int i = 0; i < to; ++i) {
    const double center = (i + 0.5) * ratio;
    Share share;
    share.first = std::max(0, static_cast<int>(std::floor(center - reach)));
    const int end = std::min(from, static_cast<int>(std::ceil(center + reach)));
    double sum = 0;
    std::vector<double> weights;
    for (int x = share.first; x < end; ++x) {
      weights.push_back(std::max(0.0, 1.0 - std::abs((x + 0.5 - center) / reach)));
      sum += weights.back();
    }
    for (double weight : weights) share.weights.push_back(static_cast<float>(weight / sum));
    shares.push_back(std::move(share));
  }
  return shares;
}

// One direction. A line is a row of the picture, or a column where `rows` is false.
std::vector<float> Filter(const std::vector<float>& in, int lines, int from, int to, int channels,
                          bool rows) {
  std::vector<float> out(static_cast<size_t>(lines) * static_cast<size_t>(to) *
                         static_cast<size_t>(channels));
  const std::vector<Share> shares = Shares(from, to);
  // Element (line, i) of a picture whose lines are its rows or its columns.
  auto index = [&](int line, int i, int length, int c) {
    const int64_t pixel = rows ? int64_t{line} * length + i : int64_t{i} * lines + line;
    return static_cast<size_t>(pixel * channels + c);
  };
  for (int line = 0; line < lines; ++line) {
    for (int i = 0; i < to; ++i) {
      const Share& share = shares[static_cast<size_t>(i)];
      for (int c = 0; c < channels; ++c) {
        float sum = 0;
        for (size_t k = 0; k < share.weights.size(); ++k) {
          sum += share.weights[k] * in[index(line, share.first + static_cast<int>(k), from, c)];
        }
        out[index(line, i, to, c)] = sum;
      }
    }
  }
  return out;
}

}  // namespace

Picture WithChannels(const Picture& picture, int channels) {
  if (picture.channels == channels) return picture;
  Picture out{picture.width, picture.height, channels, {}};
  const std::vector<uint8_t>& p = picture.pixels;
  if (channels == 3) {
    for (uint8_t gray : p) out.pixels.insert(out.pixels.end(), 3, gray);
    return out;
  }
  for (size_t i = 0; i + 2 < p.size(); i += 3) {
    out.pixels.push_back(
        static_cast<uint8_t>((299 * p[i] + 587 * p[i + 1] + 114 * p[i + 2] + 500) / 1000));
  }
  return out;
}

Picture Resized(const Picture& picture, int width, int height) {
  if (picture.width == width && picture.height == height) return picture;
  const std::vector<float> in(picture.pixels.begin(), picture.pixels.end());
  const std::vector<float> wide =
      Filter(in, picture.height, picture.width, width, picture.channels, /*rows=*/true);
  const std::vector<float> done =
      Filter(wide, width, picture.height, height, picture.channels, /*rows=*/false);
  Picture out{width, height, picture.channels, {}};
  for (float value : done) {
    out.pixels.push_back(static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L)));
  }
  return out;
}

}  // namespace edgerack::cli
