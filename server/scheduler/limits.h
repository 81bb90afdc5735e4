// The scheduler's own limits. The stage timeouts of a run stand in core/run_options.h.
#ifndef SERVER_SCHEDULER_LIMITS_H_
#define SERVER_SCHEDULER_LIMITS_H_

#include <cstdint>

namespace edgerack::scheduler {

// Without a report for so long, an agent's boards are OFFLINE and get no new runs. An agent reports
// at least each 5 s.
inline constexpr int64_t kAgentSilentMs = 30'000;
// Without a report for so long, what its boards were doing is given up and tried again.
inline constexpr int64_t kAgentLostMs = 60'000;
// On top of the run's acquire timeout, until its agent must have reported that it has the run.
inline constexpr int64_t kAcquireSlackMs = 15'000;
// On top of all stage timeouts together, until an attempt is given up although its agent still
// reports it. The agent watches each stage; this is for an agent that does not.
inline constexpr int64_t kAttemptSlackMs = 60'000;
// How often a run is tried at most, whoever failed.
inline constexpr int kMostAttempts = 3;
// How often boards may fail a run before the run is given up.
inline constexpr int kMostBoardFailures = 2;

}  // namespace edgerack::scheduler

#endif  // SERVER_SCHEDULER_LIMITS_H_
