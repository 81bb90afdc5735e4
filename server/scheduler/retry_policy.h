// Whether a failed attempt is worth another one.
#ifndef SERVER_SCHEDULER_RETRY_POLICY_H_
#define SERVER_SCHEDULER_RETRY_POLICY_H_

#include "server/core/failure.h"
#include "server/scheduler/limits.h"

namespace edgerack::scheduler {

// `attempt` is the one that failed, from 1; `board_failures` counts this failure too when it is of
// class BOARD. The user's model and options fail everywhere alike, and so do our bugs.
inline bool ShouldRetry(const core::Failure& failure, int attempt, int board_failures) {
  if (attempt >= kMostAttempts) return false;
  switch (failure.error_class) {
    case ErrorClass::kInfrastructure:
      return true;
    case ErrorClass::kBoard:
      return board_failures < kMostBoardFailures;
    case ErrorClass::kUser:
    case ErrorClass::kJob:
    case ErrorClass::kBug:
      return false;
  }
  return false;
}

}  // namespace edgerack::scheduler

#endif  // SERVER_SCHEDULER_RETRY_POLICY_H_
