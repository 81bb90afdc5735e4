// MLPerf Tiny's performance mode: windows of many inferences, each long enough to be believed.
#ifndef AGENT_MLPERF_WINDOWS_H_
#define AGENT_MLPERF_WINDOWS_H_

#include <functional>
#include <vector>

#include "agent/mlperf/client.h"

namespace edgerack::agent {

struct WindowRules {
  int32_t windows = 5;
  int64_t window_ms = 10'000;  // each at least so long,
  int64_t inferences = 10;     // and of at least so many inferences
  int32_t warmups = 0;         // before each, not timed
};

// How many inferences a window needs that came out too short with so many: more, by the time that
// one of them took. At most a thousandfold, so that a clock of coarse steps does not mislead.
int64_t InferencesFor(const InferenceWindow& too_short, const WindowRules& rules);

// Measures windows by these rules. Too short ones are not counted: they tell how many inferences
// are enough. `measured` is called after each one that counts. Errors of MlperfClient.
Task<absl::StatusOr<std::vector<InferenceWindow>>> MeasureWindows(
    MlperfClient& client, WindowRules rules, int64_t deadline_ms,
    const std::function<void(const InferenceWindow& window, size_t count)>& measured);

}  // namespace edgerack::agent

#endif  // AGENT_MLPERF_WINDOWS_H_
