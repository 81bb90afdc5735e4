// Sets of cache lines that still held something older.
#include <algorithm>
#include <numeric>

#include "server/compiler/doctor/search.h"

namespace edgerack::compiler::doctor {

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
  constexpr int kMostRounds = 12;
  constexpr size_t kMostLines = 48;  // more would be more unknowns than outputs tell
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
    for (int round = 0; round < kMostRounds && score > 0; ++round) {
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
      ER_ASSIGN_OR_RETURN(auto best, trials.Best(feeds, samples));
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

}  // namespace edgerack::compiler::doctor
