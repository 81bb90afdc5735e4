// What can be read back. All reads are thread-safe, see only committed records, and may block on
// the disk. NOT_FOUND carries a code of its own (MODEL_NOT_FOUND, …); a damaged record is
// DATA_LOSS.
#ifndef SERVER_STORE_STORES_H_
#define SERVER_STORE_STORES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/store/page.h"
#include "server/store/write_batch.h"

namespace edgerack::store {

class ModelStore {
 public:
  virtual ~ModelStore() = default;
  virtual absl::StatusOr<core::Model> GetModel(const core::ModelId& id) = 0;
  virtual absl::StatusOr<Page<core::Model>> ListModels(const PageRequest& page) = 0;
};

class DatasetStore {
 public:
  virtual ~DatasetStore() = default;
  virtual absl::StatusOr<core::Dataset> GetDataset(const core::DatasetId& id) = 0;
  virtual absl::StatusOr<Page<core::Dataset>> ListDatasets(const PageRequest& page) = 0;
};

class FirmwareStore {
 public:
  virtual ~FirmwareStore() = default;
  virtual absl::StatusOr<core::Firmware> GetFirmware(const core::FirmwareId& id) = 0;
  virtual absl::StatusOr<Page<core::Firmware>> ListFirmwares(const PageRequest& page) = 0;
};

class JobStore {
 public:
  virtual ~JobStore() = default;
  virtual absl::StatusOr<core::Job> GetJob(const core::JobId& id) = 0;
  virtual absl::StatusOr<core::Job> GetJobByRequestId(const std::string& request_id) = 0;
  virtual absl::StatusOr<Page<core::Job>> ListJobs(const PageRequest& page,
                                                   const JobFilter& filter) = 0;
  // In the order of their creation.
  virtual absl::StatusOr<std::vector<core::Job>> ListUnfinishedJobs() = 0;
};

class ResultStore {
 public:
  virtual ~ResultStore() = default;
  virtual absl::StatusOr<core::Result> GetResult(const core::ResultId& id) = 0;
  virtual absl::StatusOr<Page<core::Result>> ListResults(const PageRequest& page,
                                                         const ResultFilter& filter) = 0;
};

class BoardStore {
 public:
  virtual ~BoardStore() = default;
  virtual absl::StatusOr<std::vector<core::Board>> ListBoards() = 0;
};

class CacheStore {
 public:
  virtual ~CacheStore() = default;
  // Empty when there is none.
  virtual absl::StatusOr<std::optional<core::CompiledModel>> FindCompiled(
      const std::string& key) = 0;
  virtual absl::StatusOr<std::optional<core::PreparedSamples>> FindPrepared(
      const std::string& key) = 0;
  // The JSON that this compiler program printed about the model. Empty when there is none.
  virtual absl::StatusOr<std::optional<std::string>> FindModelView(
      const core::ModelId& model, const std::string& program_sha256) = 0;
  // The JSON that this compiler program wrote about the result. Empty when there is none.
  virtual absl::StatusOr<std::optional<std::string>> FindValidation(
      const core::ResultId& result, const std::string& program_sha256) = 0;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_STORES_H_
