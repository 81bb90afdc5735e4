// What cases are held against, and how that changes.
#ifndef SERVER_CONTROL_SUITES_BASELINES_H_
#define SERVER_CONTROL_SUITES_BASELINES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "server/core/result.h"
#include "server/core/suite.h"
#include "server/store/stores.h"
#include "server/store/suite_store.h"

namespace edgerack::control {

struct HeldBaseline {
  std::optional<core::SuiteBaseline> record;
  std::vector<core::Result> results;  // of the record, oldest first
};

// Errors of the stores; a result that is gone is left out.
absl::StatusOr<HeldBaseline> ReadBaseline(const core::SuiteId& suite, const std::string& key,
                                          store::SuiteStore& suites, store::ResultStore& results);

// The baseline as it is after a case that ended so: a new one for a case that had none, the same
// with this run's results where they repeat its inputs without a change. Empty: nothing changes.
std::optional<core::SuiteBaseline> Extended(const HeldBaseline& held, const core::SuiteRun& run,
                                            const core::SuiteCase& suite_case,
                                            const std::vector<core::Result>& measured,
                                            int64_t now_wall_ms, IdSource& ids);

struct Acceptance {
  std::vector<std::string> keys;  // empty: all cases that were measured
  std::string reason;
  std::string accepted_by;
};
// The records that make this run's results the baselines: those that end first. INVALID_ARGUMENT
// (REASON_MISSING, BAD_SUITE), FAILED_PRECONDITION (NOTHING_TO_ACCEPT), errors of the store.
absl::StatusOr<std::vector<core::SuiteBaseline>> Accepted(const core::SuiteRun& run,
                                                          const Acceptance& acceptance,
                                                          store::SuiteStore& suites,
                                                          int64_t now_wall_ms, IdSource& ids);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUITES_BASELINES_H_
