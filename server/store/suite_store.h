// Suites, their runs and baselines: what is written together, and what can be read back.
#ifndef SERVER_STORE_SUITE_STORE_H_
#define SERVER_STORE_SUITE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/core/suite.h"
#include "server/store/page.h"

namespace edgerack::store {

// Part of a WriteBatch; written in this order.
struct SuiteRecords {
  std::vector<core::SuiteId> removed;   // with runs and baselines
  std::vector<core::Suite> new_suites;  // ALREADY_EXISTS when the id is known
  std::vector<core::Suite> suites;      // later states; of unknown ones nothing is written
  // ALREADY_EXISTS when the id, or in its suite the number or the request id, is known.
  std::vector<core::SuiteRun> new_runs;
  std::vector<core::SuiteRun> runs;  // later states; of unknown ones nothing is written
  // Inserted or replaced; those that end come before those that take their place.
  std::vector<core::SuiteBaseline> baselines;

  bool empty() const {
    return removed.empty() && new_suites.empty() && suites.empty() && new_runs.empty() &&
           runs.empty() && baselines.empty();
  }
};

// As the stores of stores.h: thread-safe, sees what is committed, may block on the disk.
class SuiteStore {
 public:
  virtual ~SuiteStore() = default;
  // NOT_FOUND (SUITE_NOT_FOUND).
  virtual absl::StatusOr<core::Suite> GetSuite(const core::SuiteId& id) = 0;
  // By id, after `after`; at most `size`.
  virtual absl::StatusOr<std::vector<core::Suite>> ListSuites(const std::string& after,
                                                              int32_t size) = 0;
  // NOT_FOUND (SUITE_RUN_NOT_FOUND).
  virtual absl::StatusOr<core::SuiteRun> GetSuiteRun(const core::SuiteId& suite,
                                                     const core::SuiteRunId& id) = 0;
  virtual absl::StatusOr<core::SuiteRun> GetSuiteRunByRequestId(const core::SuiteId& suite,
                                                                const std::string& request_id) = 0;
  // Newest first.
  virtual absl::StatusOr<Page<core::SuiteRun>> ListSuiteRuns(const PageRequest& page,
                                                             const core::SuiteId& suite) = 0;
  // Those that have not ended, or whose end was not told; oldest first.
  virtual absl::StatusOr<std::vector<core::SuiteRun>> ListOpenSuiteRuns() = 0;
  // The one that holds; empty when the case has none.
  virtual absl::StatusOr<std::optional<core::SuiteBaseline>> FindBaseline(
      const core::SuiteId& suite, const std::string& key) = 0;
  // Newest first; empty key = of all cases.
  virtual absl::StatusOr<Page<core::SuiteBaseline>> ListBaselines(const PageRequest& page,
                                                                  const core::SuiteId& suite,
                                                                  const std::string& key) = 0;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_SUITE_STORE_H_
