// The jobs of one case of a run: made through the farm's ordinary door under request ids that
// follow from the run, so that a server that was killed asks for the same ones again.
#ifndef SERVER_CONTROL_SUITES_CASE_JOBS_H_
#define SERVER_CONTROL_SUITES_CASE_JOBS_H_

#include <functional>
#include <string>
#include <vector>

#include "server/control/farm.h"
#include "server/core/suite.h"

namespace edgerack::control {

enum class CasePhase { kMeasuring, kConfirming };

std::string CaseRequestId(const core::SuiteRunId& run, size_t case_index, CasePhase phase,
                          int repeat);

// What jobs that have all ended came to, or that one has not.
struct JobsOutcome {
  bool all_ended = false;
  std::vector<core::ResultId> results;   // in the order of the jobs; of those that succeeded
  std::optional<core::Failure> failure;  // the first
  std::vector<core::JobId> unfinished;
};
// Errors of the store.
absl::StatusOr<JobsOutcome> OutcomeOf(const std::vector<core::JobId>& jobs, const Farm& farm);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUITES_CASE_JOBS_H_
