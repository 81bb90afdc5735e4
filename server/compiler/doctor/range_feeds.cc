// Another range of values than the model was trained with: pixels as they are instead of 0..1, and
// the like. Every such mistake is x' = factor * x + offset.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {
namespace {

struct NamedRange {
  double low, high;
  const char* text;
};
// What people scale data to.
constexpr NamedRange kRanges[] = {
    {0, 1, "0..1"},           {-1, 1, "-1..1"},
    {0, 255, "0..255"},       {-128, 127, "-128..127"},
    {-0.5, 0.5, "-0.5..0.5"}, {0, 127, "0..127"},
    {0, 2, "0..2"},           {-2, 2, "-2..2"},
    {0, 100, "0..100"},       {-127.5, 127.5, "-127.5..127.5"},
    {0, 256, "0..256"},
};
// Factors of volume, units and fixed point.
constexpr double kFactors[] = {2, 4, 8, 10, 16, 32, 64, 100, 128, 256, 1000, 32768, 65536};

// Means and deviations of the ImageNet pictures, red, green, blue, for pixels of 0..1.
constexpr double kImageMean[] = {0.485, 0.456, 0.406};
constexpr double kImageDeviation[] = {0.229, 0.224, 0.225};

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

class Adder {
 public:
  Adder(const InputSamples& in, size_t index, std::vector<Feed>& feeds)
      : in_(in), index_(index), feeds_(feeds) {}

  void Map(const std::string& what, const std::string& fix,
           std::function<double(double x, size_t element)> map) {
    Feed feed;
    feed.code = "NORMALIZATION_RANGE";
    feed.what = what;
    feed.fix = fix;
    feed.input = index_;
    feed.encode = [&in = in_, map = std::move(map)](const std::vector<float>& real) {
      std::vector<float> other(real.size());
      for (size_t i = 0; i < real.size(); ++i) other[i] = static_cast<float>(map(real[i], i));
      return in.Encode(other);
    };
    feeds_.push_back(std::move(feed));
  }

  void Affine(double factor, double offset, const std::string& how) {
    const bool same = std::fabs(factor - 1) < 1e-9 && std::fabs(offset) < 1e-9;
    const std::pair<double, double> key = {std::round(factor * 1e7), std::round(offset * 1e7)};
    if (same || !seen_.insert(key).second) return;
    std::string formula = "x' = " + Number(factor) + " x";
    if (offset != 0) formula += (offset < 0 ? " - " : " + ") + Number(std::fabs(offset));
    Map("the input was scaled otherwise than meant: " + how + " (" + formula + ")",
        "Scale the data on the board exactly as for these inputs.",
        [factor, offset](double x, size_t) { return factor * x + offset; });
  }

 private:
  const InputSamples& in_;
  size_t index_;
  std::vector<Feed>& feeds_;
  std::set<std::pair<double, double>> seen_;
};

void AddMoments(const InputSamples& in, Adder& add) {
  double mean = 0, square = 0, largest = 0;
  for (float x : in.real) {
    mean += x;
    square += double{x} * x;
    largest = std::max(largest, std::fabs(double{x}));
  }
  const double count = static_cast<double>(in.real.size());
  mean /= count;
  const double deviation = std::sqrt(std::max(0.0, square / count - mean * mean));
  if (deviation > 0) {
    add.Affine(1 / deviation, -mean / deviation,
               "these inputs' mean was subtracted and the result divided by their deviation");
    add.Affine(1, -mean, "these inputs' mean was subtracted");
    add.Affine(1 / deviation, 0, "divided by these inputs' deviation");
  }
  if (largest > 0) add.Affine(1 / largest, 0, "divided by the largest value");
}

void AddImageNet(const InputSamples& in, Adder& add) {
  if (in.shape.size() != 4) return;
  const size_t channels = static_cast<size_t>(in.shape[in.channels_first ? 1 : 3]);
  if (channels != 3) return;
  const size_t plane =
      in.channels_first ? static_cast<size_t>(in.shape[2]) * static_cast<size_t>(in.shape[3]) : 1;
  auto channel = [plane](size_t i) { return i / plane % 3; };
  const std::string fix = "Normalize on the board as for these inputs.";
  add.Map("ImageNet's means and deviations were applied once too often", fix,
          [channel](double x, size_t i) {
            return (x - kImageMean[channel(i)]) / kImageDeviation[channel(i)];
          });
  add.Map("ImageNet's means and deviations were not applied", fix, [channel](double x, size_t i) {
    return x * kImageDeviation[channel(i)] + kImageMean[channel(i)];
  });
  add.Map("ImageNet's normalization was left out and pixels stayed 0..255", fix,
          [channel](double x, size_t i) {
            return 255 * (x * kImageDeviation[channel(i)] + kImageMean[channel(i)]);
          });
}

}  // namespace

void AddRangeFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    if (in.dtype != DType::kF32 && !in.int8()) continue;
    Adder add(in, i, feeds);
    for (const NamedRange& from : kRanges) {
      for (const NamedRange& to : kRanges) {
        const double factor = (to.high - to.low) / (from.high - from.low);
        add.Affine(factor, to.low - factor * from.low,
                   std::string("to ") + to.text + " where " + from.text + " was meant");
      }
    }
    for (double factor : kFactors) {
      add.Affine(factor, 0, "a factor of " + Number(factor));
      add.Affine(1 / factor, 0, "a factor of 1/" + Number(factor));
    }
    add.Affine(-1, 0, "the sign was wrong");
    add.Affine(-1, 1, "dark and light were swapped");
    add.Affine(-1, 255, "dark and light were swapped");
    AddMoments(in, add);
    AddImageNet(in, add);
  }
}

}  // namespace edgerack::compiler::doctor
