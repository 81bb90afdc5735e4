// Sets of cache lines that still held something older.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/compiler/doctor/search.h"
#include "server/compiler/doctor/share_fit.h"

namespace edgerack::compiler::doctor {
namespace {

// What an output's number tells at most about which lines were stale.
constexpr double kBitsPerInteger = 4;
constexpr double kBitsPerFloat = 16;

// Of the deviation, what a set of lines may leave.
constexpr double kLeftOver = 0.03;

// Whether the numbers that were given can tell sets of so many lines apart.
bool Tells(const Observation& seen, size_t lines) {
  double bits = 0;
  for (const OutputSamples& out : seen.outputs) {
    bits += static_cast<double>(out.given.size()) *
            (out.dtype == DType::kF32 ? kBitsPerFloat : kBitsPerInteger);
  }
  return bits >= static_cast<double>(lines);
}

// The set of stale lines that comes nearest, found by turning single lines.
class LineSearch {
 public:
  LineSearch(Trials& trials, size_t input, bool zeros)
      : trials_(trials),
        in_(trials.seen().inputs[input]),
        input_(input),
        zeros_(zeros),
        stale_(LineCount(in_), false),
        samples_(trials.all()) {
    constexpr size_t kMostSamples = 6;
    samples_.resize(std::min(samples_.size(), kMostSamples));
  }

  absl::Status Run() {
    constexpr int kMostRounds = 12;
    for (int round = 0; round < kMostRounds && score_ > 0; ++round) {
      ER_ASSIGN_OR_RETURN(bool better, Round());
      if (!better) break;
    }
    return absl::OkStatus();
  }

  double score() const { return score_; }
  bool found() const { return std::count(stale_.begin(), stale_.end(), true) > 0; }
  Feed feed() const { return Make(stale_); }

 private:
  using Lines = std::vector<bool>;

  Feed Make(const Lines& set) const {
    const auto count = std::count(set.begin(), set.end(), true);
    return StaleLinesFeed(in_, input_, set, zeros_,
                          std::to_string(count) + " of " + std::to_string(set.size()) +
                              " cache lines (32 bytes each, found by search)");
  }

  // The set as it is with the first line of `order` turned, with the first two, …
  std::vector<Lines> Growing(const std::vector<size_t>& order) const {
    std::vector<Lines> sets;
    Lines set = stale_;
    for (size_t line : order) {
      set[line] = !set[line];
      sets.push_back(set);
    }
    return sets;
  }

  // Turns each line by itself, then the most promising ones together, in two orders: by what each
  // gains alone, and by its share in the sum that comes nearest, where lines help only together.
  absl::StatusOr<bool> Round() {
    const size_t lines = stale_.size();
    std::vector<Feed> feeds = {Make(stale_)};
    for (size_t line = 0; line < lines; ++line) {
      Lines set = stale_;
      set[line] = !set[line];
      feeds.push_back(Make(set));
    }
    if (!trials_.Afford(static_cast<int64_t>(feeds.size() * samples_.size()))) return false;
    ER_ASSIGN_OR_RETURN(std::vector<Rows> rows, trials_.PredictAll(feeds, samples_));
    std::vector<double> gains, shares = Shares(rows);
    for (size_t line = 0; line < lines; ++line) {
      gains.push_back(-trials_.Against(rows[line + 1], samples_).mean_steps);
    }
    std::vector<Lines> sets = Growing(Falling(gains, lines));
    const auto helpful =
        std::count_if(shares.begin(), shares.end(), [](double s) { return s > 0; });
    for (Lines& set : Growing(Falling(shares, static_cast<size_t>(helpful)))) {
      sets.push_back(std::move(set));
    }
    feeds.clear();
    for (const Lines& set : sets) feeds.push_back(Make(set));
    ER_ASSIGN_OR_RETURN(auto best, trials_.Best(feeds, samples_));
    if (!best || best->score >= score_) return false;
    score_ = best->score;
    stale_ = sets[best->index];
    return true;
  }

  // The indices of the `count` largest, the largest first.
  static std::vector<size_t> Falling(const std::vector<double>& values, size_t count) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return values[a] > values[b]; });
    order.resize(std::min(order.size(), count));
    return order;
  }

  // How much of each line's change the difference to what was given has. rows[0] is the set as it
  // is.
  std::vector<double> Shares(const std::vector<Rows>& rows) const {
    const std::vector<double> now = Spread(rows[0]);
    Rows given;
    for (int64_t s : samples_) given.push_back(trials_.given()[static_cast<size_t>(s)]);
    std::vector<double> target = Spread(given);
    for (size_t k = 0; k < target.size(); ++k) target[k] -= now[k];
    std::vector<std::vector<double>> changes;
    for (size_t line = 1; line < rows.size(); ++line) {
      changes.push_back(Spread(rows[line]));
      for (size_t k = 0; k < now.size(); ++k) changes.back()[k] -= now[k];
    }
    return FitShares(target, changes);
  }

  // Numbers in which changes of inputs add up: of a row that sums to one, as after a softmax, the
  // logarithms; of others the numbers themselves.
  std::vector<double> Spread(const Rows& rows) const {
    std::vector<double> spread;
    for (const Row& row : rows) {
      size_t begin = 0;
      for (const OutputSamples& out : trials_.seen().outputs) {
        const auto count = static_cast<size_t>(out.elements);
        const bool integers = out.grid.exists() && !out.as_real;
        const double unit = integers ? static_cast<double>(out.grid.scale) : 1;
        const double zero = integers ? out.grid.zero_point : 0;
        double sum = 0;
        bool negative = false;
        for (size_t k = 0; k < count; ++k) {
          const double real = unit * (row[begin + k] - zero);
          sum += real;
          negative = negative || real < 0;
        }
        const bool softmax = count > 1 && !negative && std::fabs(sum - 1) < 0.05;
        const double least = out.grid.exists() ? out.grid.scale / 2.0 : 1e-7;
        for (size_t k = 0; k < count; ++k) {
          const double real = unit * (row[begin + k] - zero);
          spread.push_back(softmax ? std::log(std::max(real, 0.0) + least) : real);
        }
        begin += count;
      }
    }
    return spread;
  }

  Trials& trials_;
  const InputSamples& in_;
  size_t input_;
  bool zeros_;
  Lines stale_;
  std::vector<int64_t> samples_;
  double score_ = 1e300;
};

}  // namespace

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
        ER_ASSIGN_OR_RETURN(auto best, trials.Best(feeds, trials.probe()));
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
  const size_t lines = LineCount(trials.seen().inputs[input]);
  if (lines < 2 || !Tells(trials.seen(), lines)) return std::nullopt;
  std::optional<Feed> best_feed;
  double best_score = 1e300;
  for (bool zeros : {false, true}) {
    LineSearch search(trials, input, zeros);
    ER_RETURN_IF_ERROR(search.Run());
    // So many yes and no fit anything a little.
    const bool fits = search.score() < kLeftOver * trials.before().mean_steps;
    if (search.found() && fits && search.score() < best_score) {
      best_score = search.score();
      best_feed = search.feed();
    }
    if (best_score == 0) break;
  }
  return best_feed;
}

}  // namespace edgerack::compiler::doctor
