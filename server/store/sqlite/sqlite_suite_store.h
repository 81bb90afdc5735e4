// Suites read from the server's SQLite file, over a connection of their own.
#ifndef SERVER_STORE_SQLITE_SQLITE_SUITE_STORE_H_
#define SERVER_STORE_SQLITE_SQLITE_SUITE_STORE_H_

#include <filesystem>
#include <memory>
#include <mutex>

#include "server/store/sqlite/database.h"
#include "server/store/suite_store.h"

namespace edgerack::store {

class SqliteSuiteStore : public SuiteStore {
 public:
  // After SqliteStore::Open, which makes the file and its tables.
  static absl::StatusOr<std::unique_ptr<SqliteSuiteStore>> Open(const std::filesystem::path& file,
                                                                int busy_timeout_ms = 5'000);

  absl::StatusOr<core::Suite> GetSuite(const core::SuiteId& id) override;
  absl::StatusOr<std::vector<core::Suite>> ListSuites(const std::string& after,
                                                      int32_t size) override;
  absl::StatusOr<core::SuiteRun> GetSuiteRun(const core::SuiteId& suite,
                                             const core::SuiteRunId& id) override;
  absl::StatusOr<core::SuiteRun> GetSuiteRunByRequestId(const core::SuiteId& suite,
                                                        const std::string& request_id) override;
  absl::StatusOr<Page<core::SuiteRun>> ListSuiteRuns(const PageRequest& page,
                                                     const core::SuiteId& suite) override;
  absl::StatusOr<std::vector<core::SuiteRun>> ListOpenSuiteRuns() override;
  absl::StatusOr<std::optional<core::SuiteBaseline>> FindBaseline(const core::SuiteId& suite,
                                                                  const std::string& key) override;
  absl::StatusOr<Page<core::SuiteBaseline>> ListBaselines(const PageRequest& page,
                                                          const core::SuiteId& suite,
                                                          const std::string& key) override;

 private:
  explicit SqliteSuiteStore(std::unique_ptr<Database> reader) : reader_(std::move(reader)) {}

  std::mutex mutex_;
  std::unique_ptr<Database> reader_;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_SQLITE_SUITE_STORE_H_
