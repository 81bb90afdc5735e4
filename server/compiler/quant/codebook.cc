#include "server/compiler/quant/codebook.h"

#include <algorithm>
#include <cmath>

namespace edgerack::compiler {
namespace {

constexpr int kMaxRounds = 500;

// Weights in ascending order, and the sums of the first n of them.
struct Sorted {
  explicit Sorted(std::vector<float> weights) : values(std::move(weights)) {
    std::sort(values.begin(), values.end());
    sums.push_back(0);
    for (float v : values) sums.push_back(sums.back() + v);
  }

  std::vector<float> values;
  std::vector<double> sums;
};

std::vector<double> Quantiles(const std::vector<float>& sorted, size_t count) {
  std::vector<double> values;
  for (size_t k = 0; k < count; ++k) {
    values.push_back(sorted[(2 * k + 1) * sorted.size() / (2 * count)]);
  }
  return values;
}

// Moves every value to the mean of the weights next to it; false when none moved.
bool Improve(const Sorted& sorted, std::vector<double>& values) {
  bool moved = false;
  size_t begin = 0;
  for (size_t k = 0; k < values.size(); ++k) {
    size_t end = sorted.values.size();
    if (k + 1 < values.size()) {
      const auto border = static_cast<float>((values[k] + values[k + 1]) / 2);
      const auto found = std::upper_bound(sorted.values.begin(), sorted.values.end(), border);
      end = std::max(begin, static_cast<size_t>(found - sorted.values.begin()));
    }
    if (end > begin) {
      const double mean =
          (sorted.sums[end] - sorted.sums[begin]) / static_cast<double>(end - begin);
      moved = moved || mean != values[k];
      values[k] = mean;
    }
    begin = end;
  }
  return moved;
}

uint8_t Nearest(const std::vector<float>& values, float weight) {
  const auto above = std::lower_bound(values.begin(), values.end(), weight);
  size_t k = static_cast<size_t>(above - values.begin());
  if (k == values.size()) --k;
  if (k > 0 && weight - values[k - 1] <= values[k] - weight) --k;
  return static_cast<uint8_t>(k);
}

}  // namespace

Codebook MakeCodebook(const std::vector<float>& weights, int bits) {
  const Sorted sorted(weights);
  const size_t count = size_t{1} << bits;
  std::vector<float> distinct = sorted.values;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  Codebook book;
  if (distinct.size() <= count) {
    book.values = distinct;
  } else {
    std::vector<double> values = Quantiles(sorted.values, count);
    for (int round = 0; round < kMaxRounds && Improve(sorted, values); ++round) {
    }
    std::sort(values.begin(), values.end());
    book.values.assign(values.begin(), values.end());
  }
  book.values.resize(count, book.values.back());
  double error = 0;
  double power = 0;
  for (float w : weights) {
    book.codes.push_back(Nearest(book.values, w));
    const double off = static_cast<double>(w) - book.values[book.codes.back()];
    error += off * off;
    power += static_cast<double>(w) * w;
  }
  book.rmse = std::sqrt(error / static_cast<double>(weights.size()));
  book.sqnr_db = 10 * std::log10(power / error);
  return book;
}

}  // namespace edgerack::compiler
