#include "server/store/sqlite/record_writer.h"

#include "server/store/record_json.h"
#include "server/store/sqlite/suite_writer.h"

namespace edgerack::store {
namespace {

absl::Status WriteUpload(Database& database, const char* sql, const std::string& id,
                         const std::string& display_name, int64_t size_bytes,
                         int64_t create_time_ms) {
  return database.Prepare(sql)
      .Text(id)
      .Text(display_name)
      .Integer(size_bytes)
      .Integer(create_time_ms)
      .Run();
}

std::string ErrorText(const std::optional<core::Failure>& error) {
  return error ? EncodeFailure(*error) : "";
}

std::string TriedBoards(const core::Run& run) {
  std::vector<std::string> ids;
  for (const auto& board : run.tried_boards) ids.push_back(board.value());
  return EncodeTexts(ids);
}

absl::Status WriteRun(Database& database, const core::Job& job, const core::Run& run,
                      size_t position) {
  return database
      .Prepare(
          "INSERT INTO runs (id, job_id, position, pinned_board, kind, chip, state, board, "
          "attempt, board_failures, tried_boards, plan, error, result_id, ready_time_ms, "
          "assign_time_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (id) DO UPDATE SET state = excluded.state, board = excluded.board, "
          "attempt = excluded.attempt, board_failures = excluded.board_failures, "
          "tried_boards = excluded.tried_boards, plan = excluded.plan, "
          "error = excluded.error, result_id = excluded.result_id, "
          "ready_time_ms = excluded.ready_time_ms, "
          "assign_time_ms = excluded.assign_time_ms")
      .Text(run.id.value())
      .Text(job.id.value())
      .Integer(static_cast<int64_t>(position))
      .Text(run.pinned_board.value())
      .Text(run.kind)
      .Text(run.chip)
      .Text(core::RunStateName(run.state))
      .Text(run.board.value())
      .Integer(run.attempt)
      .Integer(run.board_failures)
      .Text(TriedBoards(run))
      .TextOrNull(run.plan ? EncodePlan(*run.plan) : "")
      .TextOrNull(ErrorText(run.error))
      .Text(run.result.value())
      .Integer(run.ready_time_ms)
      .Integer(run.assign_time_ms)
      .Run();
}

absl::Status WriteRuns(Database& database, const core::Job& job) {
  for (size_t i = 0; i < job.runs.size(); ++i) {
    ER_RETURN_IF_ERROR(WriteRun(database, job, job.runs[i], i));
  }
  return absl::OkStatus();
}

absl::Status WriteNewJob(Database& database, const core::Job& job) {
  ER_RETURN_IF_ERROR(
      database
          .Prepare("INSERT INTO jobs (id, request_id, model_id, model_display_name, spec, state, "
                   "error, create_time_ms, update_time_ms, end_time_ms) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
          .Text(job.id.value())
          .TextOrNull(job.request_id)
          .Text(job.spec.model.value())
          .Text(job.model_display_name)
          .Text(EncodeSpec(job.spec))
          .Text(core::JobStateName(job.state))
          .TextOrNull(ErrorText(job.error))
          .Integer(job.create_time_ms)
          .Integer(job.update_time_ms)
          .Integer(job.end_time_ms)
          .Run());
  return WriteRuns(database, job);
}

absl::Status WriteJob(Database& database, const core::Job& job) {
  ER_RETURN_IF_ERROR(database
                         .Prepare("UPDATE jobs SET state = ?, error = ?, update_time_ms = ?, "
                                  "end_time_ms = ? WHERE id = ?")
                         .Text(core::JobStateName(job.state))
                         .TextOrNull(ErrorText(job.error))
                         .Integer(job.update_time_ms)
                         .Integer(job.end_time_ms)
                         .Text(job.id.value())
                         .Run());
  return WriteRuns(database, job);
}

absl::Status WriteResult(Database& database, const core::Result& result) {
  return database
      .Prepare(
          "INSERT INTO results (id, job_id, run_id, model_id, model_display_name, board_id, "
          "board_kind, verdict, create_time_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Text(result.id.value())
      .Text(result.job.value())
      .Text(result.run.value())
      .Text(result.provenance.model_sha256)
      .Text(result.model_display_name)
      .Text(result.board.id.value())
      .Text(result.board.kind)
      .Text(core::VerdictName(result.verdict))
      .Integer(result.create_time_ms)
      .Text(EncodeResultBody(result))
      .Run();
}

absl::Status WriteBoard(Database& database, const core::Board& board) {
  return database
      .Prepare(
          "INSERT OR REPLACE INTO boards (id, kind, chip, family, uid, is_virtual, health, "
          "reason, agent, tags, firmware_build_id, last_seen_time_ms) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Text(board.id.value())
      .Text(board.kind)
      .Text(board.chip)
      .Text(board.family)
      .Text(board.uid)
      .Integer(board.is_virtual ? 1 : 0)
      .Text(core::BoardHealthName(board.health))
      .Text(board.reason)
      .Text(board.agent.value())
      .Text(EncodeTexts(board.tags))
      .Text(board.firmware_build_id)
      .Integer(board.last_seen_time_ms)
      .Run();
}

absl::Status WriteCacheEntry(Database& database, const char* sql, const std::string& key,
                             const std::string& body, int64_t create_time_ms) {
  return database.Prepare(sql).Text(key).Text(body).Integer(create_time_ms).Run();
}

}  // namespace

absl::Status WriteRecords(Database& database, const WriteBatch& batch) {
  for (const auto& model : batch.models) {
    ER_RETURN_IF_ERROR(
        WriteUpload(database,
                    "INSERT OR IGNORE INTO models (id, display_name, size_bytes, create_time_ms) "
                    "VALUES (?, ?, ?, ?)",
                    model.id.value(), model.display_name, model.size_bytes, model.create_time_ms));
  }
  for (const auto& dataset : batch.datasets) {
    ER_RETURN_IF_ERROR(WriteUpload(
        database,
        "INSERT OR IGNORE INTO datasets (id, display_name, size_bytes, create_time_ms) "
        "VALUES (?, ?, ?, ?)",
        dataset.id.value(), dataset.display_name, dataset.size_bytes, dataset.create_time_ms));
  }
  for (const auto& firmware : batch.firmwares) {
    ER_RETURN_IF_ERROR(WriteUpload(
        database,
        "INSERT OR IGNORE INTO firmwares (id, display_name, size_bytes, create_time_ms) "
        "VALUES (?, ?, ?, ?)",
        firmware.id.value(), firmware.display_name, firmware.size_bytes, firmware.create_time_ms));
  }
  for (const auto& job : batch.new_jobs) ER_RETURN_IF_ERROR(WriteNewJob(database, job));
  for (const auto& job : batch.jobs) ER_RETURN_IF_ERROR(WriteJob(database, job));
  for (const auto& result : batch.results) ER_RETURN_IF_ERROR(WriteResult(database, result));
  for (const auto& board : batch.boards) ER_RETURN_IF_ERROR(WriteBoard(database, board));
  for (const auto& entry : batch.compiled) {
    ER_RETURN_IF_ERROR(WriteCacheEntry(
        database,
        "INSERT OR REPLACE INTO compile_cache (key, body, create_time_ms) VALUES (?, ?, ?)",
        entry.key, EncodeCompiled(entry.model), entry.create_time_ms));
  }
  for (const auto& entry : batch.prepared) {
    ER_RETURN_IF_ERROR(WriteCacheEntry(
        database,
        "INSERT OR REPLACE INTO prepared_cache (key, body, create_time_ms) VALUES (?, ?, ?)",
        entry.key, EncodePrepared(entry.prepared), entry.create_time_ms));
  }
  for (const auto& entry : batch.model_views) {
    ER_RETURN_IF_ERROR(
        database
            .Prepare("INSERT OR REPLACE INTO model_views (model_id, program_sha256, body, "
                     "create_time_ms) VALUES (?, ?, ?, ?)")
            .Text(entry.model.value())
            .Text(entry.program_sha256)
            .Text(entry.body)
            .Integer(entry.create_time_ms)
            .Run());
  }
  for (const auto& entry : batch.validations) {
    ER_RETURN_IF_ERROR(
        database
            .Prepare("INSERT OR REPLACE INTO validations (result_id, program_sha256, body, "
                     "create_time_ms) VALUES (?, ?, ?, ?)")
            .Text(entry.result.value())
            .Text(entry.program_sha256)
            .Text(entry.body)
            .Integer(entry.create_time_ms)
            .Run());
  }
  return WriteSuiteRecords(database, batch.suites);
}

}  // namespace edgerack::store
