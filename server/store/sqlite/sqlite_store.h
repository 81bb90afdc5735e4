// All records of a server in one SQLite file: a writer (the journal) and a connection to read.
#ifndef SERVER_STORE_SQLITE_SQLITE_STORE_H_
#define SERVER_STORE_SQLITE_SQLITE_STORE_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "server/store/sqlite/sqlite_journal.h"
#include "server/store/stores.h"

namespace edgerack::store {

struct SqliteOptions {
  int busy_timeout_ms = 5'000;  // patience with another program that holds the database
  int retry_ms = 1'000;         // pause before a change that must succeed is tried again
  int64_t max_pages = 0;        // limit of the file in 4 KiB pages; 0 = SQLite's own
};

class SqliteStore : public ModelStore,
                    public DatasetStore,
                    public FirmwareStore,
                    public JobStore,
                    public ResultStore,
                    public BoardStore,
                    public CacheStore {
 public:
  // Creates the file if needed and brings its schema up to date; errors of Migrate().
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const std::filesystem::path& file,
                                                           const SqliteOptions& options = {});

  Journal& journal() { return *journal_; }

  absl::StatusOr<core::Model> GetModel(const core::ModelId& id) override;
  absl::StatusOr<Page<core::Model>> ListModels(const PageRequest& page) override;
  absl::StatusOr<core::Dataset> GetDataset(const core::DatasetId& id) override;
  absl::StatusOr<Page<core::Dataset>> ListDatasets(const PageRequest& page) override;
  absl::StatusOr<core::Firmware> GetFirmware(const core::FirmwareId& id) override;
  absl::StatusOr<Page<core::Firmware>> ListFirmwares(const PageRequest& page) override;
  absl::StatusOr<core::Job> GetJob(const core::JobId& id) override;
  absl::StatusOr<core::Job> GetJobByRequestId(const std::string& request_id) override;
  absl::StatusOr<Page<core::Job>> ListJobs(const PageRequest& page,
                                           const JobFilter& filter) override;
  absl::StatusOr<std::vector<core::Job>> ListUnfinishedJobs() override;
  absl::StatusOr<core::Result> GetResult(const core::ResultId& id) override;
  absl::StatusOr<Page<core::Result>> ListResults(const PageRequest& page,
                                                 const ResultFilter& filter) override;
  absl::StatusOr<std::vector<core::Board>> ListBoards() override;
  absl::StatusOr<std::optional<core::CompiledModel>> FindCompiled(const std::string& key) override;
  absl::StatusOr<std::optional<core::PreparedSamples>> FindPrepared(
      const std::string& key) override;
  absl::StatusOr<std::optional<std::string>> FindModelView(
      const core::ModelId& model, const std::string& program_sha256) override;
  absl::StatusOr<std::optional<std::string>> FindValidation(
      const core::ResultId& result, const std::string& program_sha256) override;

 private:
  SqliteStore(std::unique_ptr<Database> reader, std::unique_ptr<Journal> journal)
      : reader_(std::move(reader)), journal_(std::move(journal)) {}

  // With mutex_ held.
  absl::StatusOr<core::Job> ReadJob(const Statement& row);
  absl::Status ReadRuns(core::Job& job);
  absl::StatusOr<std::vector<core::Job>> ReadJobs(Statement& rows, std::vector<int64_t>& seqs);

  std::mutex mutex_;
  std::unique_ptr<Database> reader_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_SQLITE_STORE_H_
