#include "server/compiler/doctor/search.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace edgerack::compiler::doctor {
namespace {

struct Best {
  size_t index = 0;
  double score = 1e300;
};

// Lowest mean error; nullopt where there is nothing to try or it costs too much.
absl::StatusOr<std::optional<Best>> BestOf(Trials& trials, const std::vector<Feed>& feeds,
                                           const std::vector<int64_t>& samples) {
  if (feeds.empty() || !trials.Afford(static_cast<int64_t>(feeds.size() * samples.size()))) {
    return std::nullopt;
  }
  ER_ASSIGN_OR_RETURN(std::vector<Match> matches, trials.Score(feeds, samples));
  Best best;
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].mean_steps < best.score) best = {i, matches[i].mean_steps};
  }
  return best;
}

Feed ShiftedFeed(const InputSamples& in, size_t index, int shift) {
  Feed feed;
  feed.code = "WRONG_ZERO_POINT";
  feed.what = "the input was quantized with zero point " +
              std::to_string(in.grid.zero_point + shift) + " instead of " +
              std::to_string(in.grid.zero_point);
  feed.fix = "Add the input's own zero point, " + std::to_string(in.grid.zero_point) + ".";
  feed.input = index;
  feed.change = [shift](const std::string& raw, int64_t) {
    std::string out = raw;
    for (char& c : out) {
      c = static_cast<char>(std::clamp(static_cast<int8_t>(c) + shift, -128, 127));
    }
    return out;
  };
  return feed;
}

Feed ScaledFeed(const InputSamples& in, size_t index, double factor, double offset) {
  char formula[96];
  std::snprintf(formula, sizeof formula, "x' = %.5g x %c %.5g", factor, offset < 0 ? '-' : '+',
                std::fabs(offset));
  Feed feed;
  feed.code = "NORMALIZATION_RANGE";
  feed.what = std::string("the input was scaled otherwise than meant (") + formula +
              ", found by "
              "search)";
  feed.fix = "Scale the data on the board exactly as for these inputs.";
  feed.input = index;
  feed.encode = [&in, factor, offset](const std::vector<float>& real) {
    std::vector<float> other = real;
    for (float& x : other) x = static_cast<float>(factor * x + offset);
    return in.Encode(other);
  };
  return feed;
}

bool HasReals(const InputSamples& in) { return in.dtype == DType::kF32 || in.int8(); }

// Where the input's values lie, for steps of searches.
struct Spread {
  double low, high;
  std::vector<float> sorted;
};
Spread SpreadOf(const InputSamples& in) {
  Spread s;
  s.sorted = in.real;
  std::sort(s.sorted.begin(), s.sorted.end());
  s.low = s.sorted.front();
  s.high = s.sorted.back();
  return s;
}

}  // namespace

absl::StatusOr<std::optional<Feed>> SearchZeroPoint(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!in.int8()) return std::nullopt;
  int center = 0;
  for (int step : {8, 1}) {
    std::vector<Feed> feeds;
    std::vector<int> shifts;
    const int reach = step == 8 ? 31 : 8;
    for (int k = -reach; k <= reach; ++k) {
      const int shift = center + k * step;
      if (shift == 0 || shift < -255 || shift > 255) continue;
      shifts.push_back(shift);
      feeds.push_back(ShiftedFeed(in, input, shift));
    }
    ER_ASSIGN_OR_RETURN(auto best, BestOf(trials, feeds, trials.probe()));
    if (!best) return std::nullopt;
    center = shifts[best->index];
  }
  return ShiftedFeed(in, input, center);
}

absl::StatusOr<std::optional<Feed>> SearchLimits(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!HasReals(in)) return std::nullopt;
  const Spread spread = SpreadOf(in);
  if (!(spread.low < spread.high)) return std::nullopt;
  double low = spread.low, high = spread.high;
  double best_score = 1e300;
  // Both limits in turn, from the whole range to ever finer steps around the best.
  for (bool symmetric : {true, false}) {
    double l = spread.low, h = spread.high;
    double width = std::max(std::fabs(l), std::fabs(h));
    if (!symmetric) width = spread.high - spread.low;
    double score = 1e300;
    for (int round = 0; round < 5; ++round) {
      for (bool upper : {true, false}) {
        if (symmetric && !upper) continue;
        std::vector<Feed> feeds;
        std::vector<std::pair<double, double>> limits;
        for (int k = -12; k <= 12; ++k) {
          const double d = width * k / 12;
          double nl = l, nh = h;
          if (symmetric) {
            nh = h + d;
            nl = -nh;
          } else {
            (upper ? nh : nl) += d;
          }
          if (!(nl < nh)) continue;
          limits.push_back({nl, nh});
          feeds.push_back(ClippedFeed(in, input, nl, nh));
        }
        ER_ASSIGN_OR_RETURN(auto best, BestOf(trials, feeds, trials.probe()));
        if (!best) return std::nullopt;
        std::tie(l, h) = limits[best->index];
        score = best->score;
      }
      width /= 6;
    }
    if (score < best_score) {
      best_score = score;
      low = l;
      high = h;
    }
  }
  return ClippedFeed(in, input, low, high);
}

absl::StatusOr<std::optional<Feed>> SearchStaleEnds(Trials& trials, size_t input) {
  constexpr size_t kPerRound = 24;
  const InputSamples& in = trials.seen().inputs[input];
  const size_t lines = LineCount(in);
  if (lines < 2) return std::nullopt;
  std::optional<Feed> best_feed;
  double best_score = 1e300;
  for (bool zeros : {false, true}) {
    for (bool at_end : {true, false}) {
      // Ever finer steps around the best count of lines.
      size_t low = 1, high = lines - 1;
      while (true) {
        const size_t step = std::max<size_t>(1, (high - low) / kPerRound);
        std::vector<Feed> feeds;
        std::vector<size_t> counts;
        for (size_t k = low; k <= high; k += step) {
          std::vector<bool> stale(lines);
          for (size_t i = 0; i < k; ++i) stale[at_end ? lines - 1 - i : i] = true;
          counts.push_back(k);
          feeds.push_back(StaleLinesFeed(in, input, std::move(stale), zeros,
                                         std::string("the ") + (at_end ? "last " : "first ") +
                                             std::to_string(k) + " of " + std::to_string(lines) +
                                             " cache lines (32 bytes each)"));
        }
        ER_ASSIGN_OR_RETURN(auto best, BestOf(trials, feeds, trials.probe()));
        if (!best) break;
        if (best->score < best_score) {
          best_score = best->score;
          best_feed = feeds[best->index];
        }
        if (step == 1) break;
        const size_t k = counts[best->index];
        low = k > step ? k - step : 1;
        high = std::min(lines - 1, k + step);
      }
    }
  }
  return best_feed;
}

absl::StatusOr<std::optional<Feed>> SearchStaleLines(Trials& trials, size_t input) {
  constexpr size_t kMostLines = 96;  // more would be more unknowns than outputs tell
  const InputSamples& in = trials.seen().inputs[input];
  const size_t lines = LineCount(in);
  if (lines < 2 || lines > kMostLines) return std::nullopt;
  std::vector<int64_t> samples = trials.all();
  samples.resize(std::min<size_t>(samples.size(), 4));
  std::optional<Feed> best_feed;
  double best_score = 1e300;
  for (bool zeros : {false, true}) {
    std::vector<bool> stale(lines, false);
    auto make = [&](const std::vector<bool>& set) {
      const auto count = std::count(set.begin(), set.end(), true);
      return StaleLinesFeed(in, input, set, zeros,
                            std::to_string(count) + " of " + std::to_string(lines) +
                                " cache lines (32 bytes each, found by search)");
    };
    double score = 1e300;
    for (int round = 0; round < 4 && score > 0; ++round) {
      // Each line by itself, then the most helpful ones together.
      std::vector<Feed> feeds;
      for (size_t line = 0; line < lines; ++line) {
        std::vector<bool> set = stale;
        set[line] = !set[line];
        feeds.push_back(make(set));
      }
      if (!trials.Afford(static_cast<int64_t>(feeds.size() * samples.size()))) break;
      ER_ASSIGN_OR_RETURN(std::vector<Match> single, trials.Score(feeds, samples));
      std::vector<size_t> order(lines);
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return single[a].mean_steps < single[b].mean_steps;
      });
      std::vector<std::vector<bool>> sets;
      std::vector<bool> set = stale;
      feeds.clear();
      for (size_t line : order) {
        set[line] = !set[line];
        sets.push_back(set);
        feeds.push_back(make(set));
      }
      ER_ASSIGN_OR_RETURN(auto best, BestOf(trials, feeds, samples));
      if (!best || best->score >= score) break;
      score = best->score;
      stale = sets[best->index];
    }
    if (score < best_score && std::count(stale.begin(), stale.end(), true) > 0) {
      best_score = score;
      best_feed = make(stale);
    }
    if (best_score == 0) break;
  }
  return best_feed;
}

absl::StatusOr<std::optional<Feed>> SearchRange(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!HasReals(in)) return std::nullopt;
  const Spread spread = SpreadOf(in);
  const double width = spread.high - spread.low;
  if (!(width > 0)) return std::nullopt;
  std::vector<Feed> feeds;
  std::vector<std::pair<double, double>> maps;
  auto add = [&](double factor, double offset) {
    maps.push_back({factor, offset});
    feeds.push_back(ScaledFeed(in, input, factor, offset));
  };
  for (int k = -16; k <= 16; ++k) {
    const double factor = std::exp2(k / 2.0);
    for (double shift : {0.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0}) {
      add(factor, shift * width * std::max(1.0, factor));
    }
  }
  const std::vector<int64_t> one = {trials.probe()[0]};
  ER_ASSIGN_OR_RETURN(auto best, BestOf(trials, feeds, one));
  if (!best) return std::nullopt;
  auto [factor, offset] = maps[best->index];
  double score = 1e300;
  double factor_step = std::exp2(0.25);
  double offset_step = 0.25 * width * std::max(1.0, factor);
  for (int round = 0; round < 24 && score > 0; ++round) {
    feeds.clear();
    maps.clear();
    for (double f : {factor / factor_step, factor, factor * factor_step}) {
      for (double o : {offset - offset_step, offset, offset + offset_step}) add(f, o);
    }
    ER_ASSIGN_OR_RETURN(best, BestOf(trials, feeds, trials.probe()));
    if (!best) break;
    const bool moved = maps[best->index] != std::pair(factor, offset);
    std::tie(factor, offset) = maps[best->index];
    score = best->score;
    if (!moved) {
      factor_step = std::sqrt(factor_step);
      offset_step /= 2;
    }
  }
  return ScaledFeed(in, input, factor, offset);
}

}  // namespace edgerack::compiler::doctor
