#include "server/store/sqlite/sqlite_store.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "server/store/record_json.h"
#include "server/store/sqlite/migrations.h"

namespace edgerack::store {
namespace {

constexpr char kJobColumns[] =
    "seq, id, request_id, model_display_name, spec, state, error, create_time_ms, "
    "update_time_ms, end_time_ms";

absl::Status NotFound(const char* code, const std::string& what, const std::string& id) {
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, code,
                   absl::StrCat("the server has no ", what, " \"", id.substr(0, 80), "\""));
}

int64_t Before(const PageRequest& page) {
  return page.before > 0 ? page.before : std::numeric_limits<int64_t>::max();
}

// Drops the record that was read only to learn whether another page follows.
template <typename Record>
void Cut(Page<Record>& page, const std::vector<int64_t>& seqs, int32_t size) {
  if (page.records.size() <= static_cast<size_t>(size)) return;
  page.records.resize(static_cast<size_t>(size));
  page.next = seqs[static_cast<size_t>(size) - 1];
}

template <typename Record>
Record ReadUpload(const Statement& row) {
  Record record;
  record.id = decltype(record.id)(row.TextAt(1));
  record.display_name = row.TextAt(2);
  record.size_bytes = row.IntegerAt(3);
  record.create_time_ms = row.IntegerAt(4);
  return record;
}

template <typename Record>
absl::StatusOr<Page<Record>> ListUploads(Database& database, const std::string& table,
                                         const PageRequest& request) {
  Statement rows =
      database.Prepare("SELECT seq, id, display_name, size_bytes, create_time_ms FROM " + table +
                       " WHERE seq < ? AND id <> '' ORDER BY seq DESC LIMIT ?");
  rows.Integer(Before(request)).Integer(request.size + 1);
  Page<Record> page;
  std::vector<int64_t> seqs;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) break;
    seqs.push_back(rows.IntegerAt(0));
    page.records.push_back(ReadUpload<Record>(rows));
  }
  Cut(page, seqs, request.size);
  return page;
}

template <typename Record>
absl::StatusOr<Record> GetUpload(Database& database, const std::string& table,
                                 const std::string& id, const char* code, const std::string& what) {
  Statement row = database.Prepare(
      "SELECT seq, id, display_name, size_bytes, create_time_ms FROM " + table + " WHERE id = ?");
  row.Text(id);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound(code, what, id);
  return ReadUpload<Record>(row);
}

// " AND column = ?" for each condition; what it compares with goes to `values`.
std::string ResultConditions(const ResultFilter& filter, std::vector<std::string>& values) {
  std::string conditions;
  const auto equals = [&](const char* column, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&conditions, " AND ", column, " = ?");
    values.push_back(value);
  };
  equals("job_id", filter.job.value());
  equals("model_id", filter.model.value());
  equals("model_display_name", filter.model_display_name);
  equals("board_id", filter.board.value());
  // Most results are valid, so that any other condition leaves fewer: the plus keeps SQLite from
  // the verdict's index then.
  const char* verdict = conditions.empty() ? "verdict" : "+verdict";
  if (filter.verdict) equals(verdict, core::VerdictName(*filter.verdict));
  return conditions;
}

absl::StatusOr<core::Result> ReadResult(const Statement& row) {
  ER_ASSIGN_OR_RETURN(core::Result result, DecodeResultBody(row.TextAt(4)));
  result.id = core::ResultId(row.TextAt(1));
  result.job = core::JobId(row.TextAt(2));
  result.run = core::RunId(row.TextAt(5));
  result.create_time_ms = row.IntegerAt(3);
  return result;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(const std::filesystem::path& file,
                                                               const SqliteOptions& options) {
  ER_ASSIGN_OR_RETURN(auto writer,
                      Database::Open(file, Database::Mode::kReadWrite, options.busy_timeout_ms));
  ER_RETURN_IF_ERROR(Migrate(*writer, Migrations(), SystemClock().WallMs()));
  if (options.max_pages > 0) {
    ER_RETURN_IF_ERROR(writer->Execute(absl::StrCat("PRAGMA max_page_count=", options.max_pages)));
  }
  ER_ASSIGN_OR_RETURN(auto reader,
                      Database::Open(file, Database::Mode::kReadOnly, options.busy_timeout_ms));
  return std::unique_ptr<SqliteStore>(new SqliteStore(
      std::move(reader), std::make_unique<SqliteJournal>(std::move(writer), options.retry_ms)));
}

absl::StatusOr<core::Model> SqliteStore::GetModel(const core::ModelId& id) {
  std::lock_guard lock(mutex_);
  return GetUpload<core::Model>(*reader_, "models", id.value(), "MODEL_NOT_FOUND", "model");
}

absl::StatusOr<Page<core::Model>> SqliteStore::ListModels(const PageRequest& page) {
  std::lock_guard lock(mutex_);
  return ListUploads<core::Model>(*reader_, "models", page);
}

absl::StatusOr<core::Dataset> SqliteStore::GetDataset(const core::DatasetId& id) {
  std::lock_guard lock(mutex_);
  return GetUpload<core::Dataset>(*reader_, "datasets", id.value(), "DATASET_NOT_FOUND", "dataset");
}

absl::StatusOr<Page<core::Dataset>> SqliteStore::ListDatasets(const PageRequest& page) {
  std::lock_guard lock(mutex_);
  return ListUploads<core::Dataset>(*reader_, "datasets", page);
}

absl::StatusOr<core::Firmware> SqliteStore::GetFirmware(const core::FirmwareId& id) {
  std::lock_guard lock(mutex_);
  return GetUpload<core::Firmware>(*reader_, "firmwares", id.value(), "FIRMWARE_NOT_FOUND",
                                   "firmware");
}

absl::StatusOr<Page<core::Firmware>> SqliteStore::ListFirmwares(const PageRequest& page) {
  std::lock_guard lock(mutex_);
  return ListUploads<core::Firmware>(*reader_, "firmwares", page);
}

absl::Status SqliteStore::ReadRuns(core::Job& job) {
  Statement rows = reader_->Prepare(
      "SELECT id, pinned_board, kind, chip, state, board, attempt, board_failures, tried_boards, "
      "plan, error, result_id, ready_time_ms, assign_time_ms FROM runs WHERE job_id = ? "
      "ORDER BY position");
  rows.Text(job.id.value());
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return absl::OkStatus();
    core::Run run;
    run.id = core::RunId(rows.TextAt(0));
    run.pinned_board = core::BoardId(rows.TextAt(1));
    run.kind = rows.TextAt(2);
    run.chip = rows.TextAt(3);
    run.state = core::ParseRunState(rows.TextAt(4)).value_or(core::RunState::kFailed);
    run.board = core::BoardId(rows.TextAt(5));
    run.attempt = static_cast<int>(rows.IntegerAt(6));
    run.board_failures = static_cast<int>(rows.IntegerAt(7));
    ER_ASSIGN_OR_RETURN(auto tried, DecodeTexts(rows.TextAt(8)));
    for (std::string& id : tried) run.tried_boards.emplace_back(std::move(id));
    if (!rows.IsNull(9)) {
      ER_ASSIGN_OR_RETURN(run.plan, DecodePlan(rows.TextAt(9)));
    }
    if (!rows.IsNull(10)) {
      ER_ASSIGN_OR_RETURN(run.error, DecodeFailure(rows.TextAt(10)));
    }
    run.result = core::ResultId(rows.TextAt(11));
    run.ready_time_ms = rows.IntegerAt(12);
    run.assign_time_ms = rows.IntegerAt(13);
    job.runs.push_back(std::move(run));
  }
}

absl::StatusOr<core::Job> SqliteStore::ReadJob(const Statement& row) {
  core::Job job;
  job.id = core::JobId(row.TextAt(1));
  job.request_id = row.TextAt(2);
  job.model_display_name = row.TextAt(3);
  ER_ASSIGN_OR_RETURN(job.spec, DecodeSpec(row.TextAt(4)));
  job.state = core::ParseJobState(row.TextAt(5)).value_or(core::JobState::kFailed);
  if (!row.IsNull(6)) {
    ER_ASSIGN_OR_RETURN(job.error, DecodeFailure(row.TextAt(6)));
  }
  job.create_time_ms = row.IntegerAt(7);
  job.update_time_ms = row.IntegerAt(8);
  job.end_time_ms = row.IntegerAt(9);
  ER_RETURN_IF_ERROR(ReadRuns(job));
  return job;
}

absl::StatusOr<std::vector<core::Job>> SqliteStore::ReadJobs(Statement& rows,
                                                             std::vector<int64_t>& seqs) {
  std::vector<core::Job> jobs;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return jobs;
    seqs.push_back(rows.IntegerAt(0));
    ER_ASSIGN_OR_RETURN(core::Job job, ReadJob(rows));
    jobs.push_back(std::move(job));
  }
}

absl::StatusOr<core::Job> SqliteStore::GetJob(const core::JobId& id) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare(absl::StrCat("SELECT ", kJobColumns, " FROM jobs WHERE id = ?"));
  row.Text(id.value());
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound("JOB_NOT_FOUND", "job", id.value());
  return ReadJob(row);
}

absl::StatusOr<core::Job> SqliteStore::GetJobByRequestId(const std::string& request_id) {
  std::lock_guard lock(mutex_);
  Statement row =
      reader_->Prepare(absl::StrCat("SELECT ", kJobColumns, " FROM jobs WHERE request_id = ?"));
  row.Text(request_id);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound("JOB_NOT_FOUND", "job with request id", request_id);
  return ReadJob(row);
}

absl::StatusOr<Page<core::Job>> SqliteStore::ListJobs(const PageRequest& request,
                                                      const JobFilter& filter) {
  std::lock_guard lock(mutex_);
  Statement rows = reader_->Prepare(
      absl::StrCat("SELECT ", kJobColumns, " FROM jobs WHERE seq < ? ",
                   filter.unfinished ? "AND end_time_ms = 0 " : "", "ORDER BY seq DESC LIMIT ?"));
  rows.Integer(Before(request)).Integer(request.size + 1);
  Page<core::Job> page;
  std::vector<int64_t> seqs;
  ER_ASSIGN_OR_RETURN(page.records, ReadJobs(rows, seqs));
  Cut(page, seqs, request.size);
  return page;
}

absl::StatusOr<std::vector<core::Job>> SqliteStore::ListUnfinishedJobs() {
  std::lock_guard lock(mutex_);
  Statement rows = reader_->Prepare(
      absl::StrCat("SELECT ", kJobColumns, " FROM jobs WHERE end_time_ms = 0 ORDER BY seq"));
  std::vector<int64_t> seqs;
  return ReadJobs(rows, seqs);
}

absl::StatusOr<core::Result> SqliteStore::GetResult(const core::ResultId& id) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare(
      "SELECT seq, id, job_id, create_time_ms, body, run_id FROM results WHERE id = ?");
  row.Text(id.value());
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound("RESULT_NOT_FOUND", "result", id.value());
  return ReadResult(row);
}

absl::StatusOr<Page<core::Result>> SqliteStore::ListResults(const PageRequest& request,
                                                            const ResultFilter& filter) {
  std::lock_guard lock(mutex_);
  // Pages of one job's results run forwards, all others backwards.
  const bool forwards = !filter.job.empty();
  std::vector<std::string> values;
  const std::string where = ResultConditions(filter, values);
  Statement rows = reader_->Prepare(absl::StrCat(
      "SELECT seq, id, job_id, create_time_ms, body, run_id FROM results WHERE seq ",
      forwards ? ">" : "<", " ?", where, " ORDER BY seq", forwards ? "" : " DESC", " LIMIT ?"));
  rows.Integer(forwards ? request.before : Before(request));
  for (const std::string& value : values) rows.Text(value);
  rows.Integer(request.size + 1);
  Page<core::Result> page;
  std::vector<int64_t> seqs;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) break;
    seqs.push_back(rows.IntegerAt(0));
    ER_ASSIGN_OR_RETURN(core::Result result, ReadResult(rows));
    page.records.push_back(std::move(result));
  }
  Cut(page, seqs, request.size);
  return page;
}

absl::StatusOr<std::vector<core::Board>> SqliteStore::ListBoards() {
  std::lock_guard lock(mutex_);
  Statement rows = reader_->Prepare(
      "SELECT id, kind, chip, family, uid, is_virtual, health, reason, agent, tags, "
      "firmware_build_id, last_seen_time_ms FROM boards ORDER BY id");
  std::vector<core::Board> boards;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return boards;
    core::Board board;
    board.id = core::BoardId(rows.TextAt(0));
    board.kind = rows.TextAt(1);
    board.chip = rows.TextAt(2);
    board.family = rows.TextAt(3);
    board.uid = rows.TextAt(4);
    board.is_virtual = rows.IntegerAt(5) != 0;
    board.health = core::ParseBoardHealth(rows.TextAt(6));
    board.reason = rows.TextAt(7);
    board.agent = core::AgentId(rows.TextAt(8));
    ER_ASSIGN_OR_RETURN(board.tags, DecodeTexts(rows.TextAt(9)));
    board.firmware_build_id = rows.TextAt(10);
    board.last_seen_time_ms = rows.IntegerAt(11);
    boards.push_back(std::move(board));
  }
}

absl::StatusOr<std::optional<core::CompiledModel>> SqliteStore::FindCompiled(
    const std::string& key) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare("SELECT body FROM compile_cache WHERE key = ?");
  row.Text(key);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::nullopt;
  ER_ASSIGN_OR_RETURN(core::CompiledModel compiled, DecodeCompiled(row.TextAt(0)));
  return compiled;
}

absl::StatusOr<std::optional<core::PreparedSamples>> SqliteStore::FindPrepared(
    const std::string& key) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare("SELECT body FROM prepared_cache WHERE key = ?");
  row.Text(key);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::nullopt;
  ER_ASSIGN_OR_RETURN(core::PreparedSamples prepared, DecodePrepared(row.TextAt(0)));
  return prepared;
}

absl::StatusOr<std::optional<std::string>> SqliteStore::FindModelView(
    const core::ModelId& model, const std::string& program_sha256) {
  std::lock_guard lock(mutex_);
  Statement row =
      reader_->Prepare("SELECT body FROM model_views WHERE model_id = ? AND program_sha256 = ?");
  row.Text(model.value()).Text(program_sha256);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::nullopt;
  return row.TextAt(0);
}

absl::StatusOr<std::optional<std::string>> SqliteStore::FindValidation(
    const core::ResultId& result, const std::string& program_sha256) {
  std::lock_guard lock(mutex_);
  Statement row =
      reader_->Prepare("SELECT body FROM validations WHERE result_id = ? AND program_sha256 = ?");
  row.Text(result.value()).Text(program_sha256);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::nullopt;
  return row.TextAt(0);
}

}  // namespace edgerack::store
