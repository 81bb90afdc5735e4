#include "agent/mlperf/windows.h"

#include <algorithm>
#include <cmath>

namespace edgerack::agent {
namespace {

constexpr int64_t kMostGrowth = 1'000;
constexpr int64_t kMostInferences = 1'000'000'000;
// Windows of one device differ a little: the next one must not come out too short again.
constexpr double kMargin = 1.02;
constexpr int kMostTooShort = 30;

}  // namespace

int64_t InferencesFor(const InferenceWindow& too_short, const WindowRules& rules) {
  const int64_t most = std::min(too_short.inferences * kMostGrowth, kMostInferences);
  if (too_short.elapsed_us <= 0) return most;
  const double one_us =
      static_cast<double>(too_short.elapsed_us) / static_cast<double>(too_short.inferences);
  const double needed = std::ceil(kMargin * static_cast<double>(rules.window_ms) * 1e3 / one_us);
  if (needed >= static_cast<double>(most)) return most;
  return std::max({rules.inferences, static_cast<int64_t>(needed), too_short.inferences + 1});
}

Task<absl::StatusOr<std::vector<InferenceWindow>>> MeasureWindows(
    MlperfClient& client, WindowRules rules, int64_t deadline_ms,
    const std::function<void(const InferenceWindow& window, size_t count)>& measured) {
  std::vector<InferenceWindow> windows;
  int64_t inferences = rules.inferences;
  int too_short = 0;
  while (windows.size() < static_cast<size_t>(rules.windows)) {
    ER_CO_ASSIGN_OR_RETURN(const InferenceWindow window,
                           co_await client.Infer(inferences, rules.warmups, deadline_ms));
    // A device that cannot be brought to a long one is told as it is: the result says so.
    if (window.elapsed_us < rules.window_ms * 1'000 && inferences < kMostInferences &&
        too_short++ < kMostTooShort) {
      inferences = InferencesFor(window, rules);
      continue;
    }
    windows.push_back(window);
    measured(window, windows.size());
  }
  co_return windows;
}

}  // namespace edgerack::agent
