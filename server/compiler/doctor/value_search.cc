// Causes with a number in them: zero points, limits, factors and offsets.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "server/compiler/doctor/search.h"

namespace edgerack::compiler::doctor {
namespace {

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

// The first `count` of the samples that deviate most.
std::vector<int64_t> First(const Trials& trials, size_t count) {
  std::vector<int64_t> samples = trials.probe();
  samples.resize(std::min(samples.size(), count));
  return samples;
}

// Where the input's values lie, for steps of searches.
struct Spread {
  double low, high;
  std::vector<float> sorted;

  double Quantile(double share) const {
    return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
  }
};
Spread SpreadOf(const InputSamples& in) {
  Spread s;
  s.sorted = in.real;
  std::sort(s.sorted.begin(), s.sorted.end());
  s.low = s.sorted.front();
  s.high = s.sorted.back();
  return s;
}

struct Point {
  double a, b;
};

// A minimum over a plane of two numbers: many starts, a few steps from the best of them, then to
// the end from the best of these; on one sample, which costs least, and at last on the probe. Every
// step goes to the best of eight neighbours, or halves the distance to them.
class PlaneSearch {
 public:
  using Make = std::function<Feed(const Point&)>;
  PlaneSearch(Trials& trials, Make make) : trials_(trials), make_(std::move(make)) {}

  absl::StatusOr<std::optional<Feed>> Run(const std::vector<Point>& starts, const Point& step) {
    constexpr size_t kMostStarts = 10;
    constexpr size_t kMostEnds = 3;
    constexpr int kFirstRounds = 5;
    constexpr int kRounds = 24;
    constexpr double kLastStep = 1 / 64.;  // of the first one
    std::vector<Walk> walks;
    for (const Point& at : starts) walks.push_back({at, step, 1e300});
    ER_ASSIGN_OR_RETURN(bool scored, Score(walks, First(trials_, 1)));
    if (!scored) return std::nullopt;
    Keep(kMostStarts, walks);
    for (Walk& walk : walks) {
      ER_RETURN_IF_ERROR(Go(walk, kFirstRounds, First(trials_, 1)));
    }
    Keep(kMostEnds, walks);
    for (Walk& walk : walks) {
      ER_RETURN_IF_ERROR(Go(walk, kRounds, First(trials_, 1)));
    }
    ER_ASSIGN_OR_RETURN(scored, Score(walks, trials_.probe()));
    if (!scored) return make_(walks.front().at);
    Keep(1, walks);
    Walk& best = walks.front();
    best.step = {step.a * kLastStep, step.b * kLastStep};
    ER_RETURN_IF_ERROR(Go(best, kRounds, trials_.probe()));
    return make_(best.at);
  }

 private:
  struct Walk {
    Point at, step;
    double score;
  };

  // Sets the scores; false where that costs too much.
  absl::StatusOr<bool> Score(std::vector<Walk>& walks, const std::vector<int64_t>& samples) {
    std::vector<Feed> feeds;
    for (const Walk& walk : walks) feeds.push_back(make_(walk.at));
    if (!trials_.Afford(static_cast<int64_t>(feeds.size() * samples.size()))) return false;
    ER_ASSIGN_OR_RETURN(std::vector<Match> matches, trials_.Score(feeds, samples));
    for (size_t i = 0; i < walks.size(); ++i) walks[i].score = matches[i].mean_steps;
    return true;
  }

  // The `count` best, the best first.
  static void Keep(size_t count, std::vector<Walk>& walks) {
    std::stable_sort(walks.begin(), walks.end(),
                     [](const Walk& a, const Walk& b) { return a.score < b.score; });
    walks.resize(std::min(walks.size(), count));
  }

  // Stops early when nothing is left to gain or to spend.
  absl::Status Go(Walk& walk, int rounds, const std::vector<int64_t>& samples) {
    for (int round = 0; round < rounds && walk.score > 0; ++round) {
      std::vector<Walk> next;
      for (double a : {-walk.step.a, 0.0, walk.step.a}) {
        for (double b : {-walk.step.b, 0.0, walk.step.b}) {
          if (a != 0 || b != 0) next.push_back({{walk.at.a + a, walk.at.b + b}, walk.step, 0});
        }
      }
      ER_ASSIGN_OR_RETURN(const bool scored, Score(next, samples));
      if (!scored) break;
      Keep(1, next);
      if (next.front().score < walk.score) {
        walk = next.front();
      } else {
        walk.step = {walk.step.a / 2, walk.step.b / 2};
      }
    }
    return absl::OkStatus();
  }

  Trials& trials_;
  Make make_;
};

}  // namespace

absl::StatusOr<std::optional<Feed>> SearchZeroPoint(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!in.int8()) return std::nullopt;
  // Every shift: a network's answer tells nothing about how near one is to the right one.
  std::vector<Feed> feeds;
  for (int shift = -255; shift <= 255; ++shift) {
    if (shift != 0) feeds.push_back(ShiftedFeed(in, input, shift));
  }
  // One sample has many that are about as near; more of them tell these apart.
  constexpr size_t kNearest = 24;
  if (!trials.Afford(static_cast<int64_t>(feeds.size()))) return std::nullopt;
  ER_ASSIGN_OR_RETURN(std::vector<Match> matches, trials.Score(feeds, First(trials, 1)));
  std::vector<size_t> order(feeds.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return matches[a].mean_steps < matches[b].mean_steps;
  });
  std::vector<Feed> nearest;
  for (size_t i = 0; i < kNearest; ++i) nearest.push_back(feeds[order[i]]);
  ER_ASSIGN_OR_RETURN(auto best, trials.Best(nearest, trials.all()));
  if (!best) return nearest.front();
  return nearest[best->index];
}

absl::StatusOr<std::optional<Feed>> SearchLimits(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!HasReals(in)) return std::nullopt;
  const Spread spread = SpreadOf(in);
  if (!(spread.low < spread.high)) return std::nullopt;
  std::vector<Point> starts;
  for (double low : {0.0, 0.05, 0.1, 0.2, 0.3, 0.4}) {
    for (double high : {1.0, 0.95, 0.9, 0.8, 0.7, 0.6}) {
      if (low == 0 && high == 1) continue;  // nothing is clamped
      starts.push_back({spread.Quantile(low), spread.Quantile(high)});
    }
  }
  for (double part : {0.9, 0.75, 0.6, 0.45, 0.3, 0.15}) {
    const double limit = part * std::max(std::fabs(spread.low), std::fabs(spread.high));
    starts.push_back({-limit, limit});
  }
  const double step = (spread.high - spread.low) / 16;
  PlaneSearch plane(trials, [&](const Point& p) {
    return ClippedFeed(in, input, std::min(p.a, p.b - 1e-6 * step), p.b);
  });
  return plane.Run(starts, {step, step});
}

absl::StatusOr<std::optional<Feed>> SearchGain(Trials& trials, size_t input) {
  constexpr int kReach = 128;        // to either side
  constexpr double kStep = 1 / 32.;  // of the factor's logarithm to base 2
  constexpr size_t kStarts = 4;
  const InputSamples& in = trials.seen().inputs[input];
  if (!HasReals(in)) return std::nullopt;
  auto make = [&](double exponent) { return ScaledFeed(in, input, std::exp2(exponent), 0); };
  std::vector<Feed> feeds;
  for (int k = -kReach; k <= kReach; ++k) feeds.push_back(make(k * kStep));
  if (!trials.Afford(static_cast<int64_t>(feeds.size()))) return std::nullopt;
  ER_ASSIGN_OR_RETURN(std::vector<Match> matches, trials.Score(feeds, First(trials, 1)));
  std::vector<int> order(feeds.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int i, int j) {
    return matches[static_cast<size_t>(i)].mean_steps < matches[static_cast<size_t>(j)].mean_steps;
  });
  std::optional<Feed> best_feed;
  double best_score = 1e300;
  for (size_t start = 0; start < kStarts && best_score > 0; ++start) {
    double center = (order[start] - kReach) * kStep;
    for (double step = kStep / 8; step > kStep / 600 && best_score > 0; step /= 8) {
      feeds.clear();
      std::vector<double> exponents;
      for (int k = -8; k <= 8; ++k) {
        exponents.push_back(center + k * step);
        feeds.push_back(make(exponents.back()));
      }
      ER_ASSIGN_OR_RETURN(auto best, trials.Best(feeds, trials.probe()));
      if (!best) return best_feed;
      center = exponents[best->index];
      if (best->score < best_score) {
        best_score = best->score;
        best_feed = feeds[best->index];
      }
    }
  }
  return best_feed;
}

absl::StatusOr<std::optional<Feed>> SearchRange(Trials& trials, size_t input) {
  const InputSamples& in = trials.seen().inputs[input];
  if (!HasReals(in)) return std::nullopt;
  const Spread spread = SpreadOf(in);
  const double width = spread.high - spread.low;
  if (!(width > 0)) return std::nullopt;
  // A point is the factor's logarithm to base 2 and what the mean becomes: of factors that are
  // wrong only a little, those that keep the mean are the better ones.
  const double mean =
      std::accumulate(in.real.begin(), in.real.end(), 0.0) / static_cast<double>(in.real.size());
  std::vector<Point> starts;
  for (int k = -8; k <= 8; ++k) {
    const double factor = std::exp2(k / 2.0);
    for (double shift : {0.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0}) {
      const double low = factor * spread.low + shift * width * std::max(1.0, factor);
      starts.push_back({k / 2.0, low + factor * (mean - spread.low)});
    }
  }
  PlaneSearch plane(trials, [&](const Point& p) {
    const double factor = std::exp2(p.a);
    return ScaledFeed(in, input, factor, p.b - factor * mean);
  });
  return plane.Run(starts, {0.25, width / 8});
}

}  // namespace edgerack::compiler::doctor
