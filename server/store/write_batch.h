// Records that become durable together, or not at all.
#ifndef SERVER_STORE_WRITE_BATCH_H_
#define SERVER_STORE_WRITE_BATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/core/artifacts.h"
#include "server/core/board.h"
#include "server/core/job.h"
#include "server/core/result.h"
#include "server/store/suite_store.h"

namespace edgerack::store {

// What a compilation gave, so that the same one is not run again.
struct CompileCacheEntry {
  std::string key;  // SHA-256 over all that the outcome depends on
  core::CompiledModel model;
  int64_t create_time_ms = 0;
};

struct PreparedCacheEntry {
  std::string key;
  core::PreparedSamples prepared;
  int64_t create_time_ms = 0;
};

// What the compiler printed about a model.
struct ModelViewEntry {
  core::ModelId model;
  std::string program_sha256;  // of the compiler
  std::string body;            // JSON
  int64_t create_time_ms = 0;
};

// What the compiler's `validate` wrote about a result.
struct ValidationEntry {
  core::ResultId result;
  std::string program_sha256;  // of the compiler
  std::string body;            // JSON
  int64_t create_time_ms = 0;
};

struct WriteBatch {
  std::vector<core::Model> models;      // a known id is left as it is
  std::vector<core::Dataset> datasets;  // a known id is left as it is
  std::vector<core::Job> new_jobs;      // ALREADY_EXISTS when the id or the request id is known
  std::vector<core::Job> jobs;          // later states of known jobs, with all their runs
  std::vector<core::Result> results;    // ALREADY_EXISTS when the run has one
  std::vector<core::Board> boards;      // inserted or replaced
  std::vector<CompileCacheEntry> compiled;
  std::vector<PreparedCacheEntry> prepared;
  std::vector<ModelViewEntry> model_views;   // inserted or replaced
  std::vector<ValidationEntry> validations;  // inserted or replaced
  SuiteRecords suites;

  bool empty() const {
    return models.empty() && datasets.empty() && new_jobs.empty() && jobs.empty() &&
           results.empty() && boards.empty() && compiled.empty() && prepared.empty() &&
           model_views.empty() && validations.empty() && suites.empty();
  }
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_WRITE_BATCH_H_
