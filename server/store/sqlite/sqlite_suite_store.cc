#include "server/store/sqlite/sqlite_suite_store.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "server/store/record_json.h"
#include "server/store/suite_json.h"

namespace edgerack::store {
namespace {

constexpr char kRunColumns[] =
    "SELECT seq, id, suite_id, number, request_id, state, create_time_ms, end_time_ms, told, body "
    "FROM suite_runs ";
constexpr char kBaselineColumns[] =
    "SELECT seq, id, suite_id, case_key, results, reason, accepted_by, accept_time_ms, run_id, "
    "end_time_ms FROM suite_baselines ";
constexpr char kSuiteColumns[] =
    "SELECT id, spec, create_time_ms, update_time_ms, schedule_time_ms FROM suites ";

int64_t Before(const PageRequest& page) {
  return page.before > 0 ? page.before : std::numeric_limits<int64_t>::max();
}

absl::StatusOr<core::Suite> ReadSuite(const Statement& row) {
  core::Suite suite;
  suite.id = core::SuiteId(row.TextAt(0));
  ER_ASSIGN_OR_RETURN(suite.spec, DecodeSuiteSpec(row.TextAt(1)));
  suite.create_time_ms = row.IntegerAt(2);
  suite.update_time_ms = row.IntegerAt(3);
  suite.schedule_time_ms = row.IntegerAt(4);
  return suite;
}

absl::StatusOr<core::SuiteRun> ReadRun(const Statement& row) {
  ER_ASSIGN_OR_RETURN(core::SuiteRun run, DecodeSuiteRun(row.TextAt(9)));
  run.id = core::SuiteRunId(row.TextAt(1));
  run.suite = core::SuiteId(row.TextAt(2));
  run.number = row.IntegerAt(3);
  run.request_id = row.TextAt(4);
  run.state = core::ParseSuiteRunState(row.TextAt(5));
  run.create_time_ms = row.IntegerAt(6);
  run.end_time_ms = row.IntegerAt(7);
  run.told = row.IntegerAt(8) != 0;
  return run;
}

absl::StatusOr<core::SuiteBaseline> ReadBaseline(const Statement& row) {
  core::SuiteBaseline baseline;
  baseline.id = core::BaselineId(row.TextAt(1));
  baseline.suite = core::SuiteId(row.TextAt(2));
  baseline.key = row.TextAt(3);
  ER_ASSIGN_OR_RETURN(auto results, DecodeTexts(row.TextAt(4)));
  for (std::string& result : results) baseline.results.emplace_back(std::move(result));
  baseline.reason = row.TextAt(5);
  baseline.accepted_by = row.TextAt(6);
  baseline.accept_time_ms = row.IntegerAt(7);
  baseline.run = core::SuiteRunId(row.TextAt(8));
  baseline.end_time_ms = row.IntegerAt(9);
  return baseline;
}

// All rows of `rows`; `seqs` gets their first column where it is wanted.
template <typename Record, typename Read>
absl::StatusOr<std::vector<Record>> ReadAll(Statement& rows, Read read,
                                            std::vector<int64_t>* seqs = nullptr) {
  std::vector<Record> records;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return records;
    if (seqs != nullptr) seqs->push_back(rows.IntegerAt(0));
    ER_ASSIGN_OR_RETURN(Record record, read(rows));
    records.push_back(std::move(record));
  }
}

// The page, where one row more than its size was asked for.
template <typename Record, typename Read>
absl::StatusOr<Page<Record>> ReadPage(Statement& rows, int32_t size, Read read) {
  Page<Record> page;
  std::vector<int64_t> seqs;
  ER_ASSIGN_OR_RETURN(page.records, ReadAll<Record>(rows, read, &seqs));
  if (page.records.size() > static_cast<size_t>(size)) {
    page.records.resize(static_cast<size_t>(size));
    page.next = seqs[static_cast<size_t>(size) - 1];
  }
  return page;
}

absl::Status NotFound(const char* code, const std::string& what, const std::string& id) {
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, code,
                   absl::StrCat("the server has no ", what, " \"", id.substr(0, 80), "\""));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSuiteStore>> SqliteSuiteStore::Open(
    const std::filesystem::path& file, int busy_timeout_ms) {
  ER_ASSIGN_OR_RETURN(auto reader,
                      Database::Open(file, Database::Mode::kReadOnly, busy_timeout_ms));
  return std::unique_ptr<SqliteSuiteStore>(new SqliteSuiteStore(std::move(reader)));
}

absl::StatusOr<core::Suite> SqliteSuiteStore::GetSuite(const core::SuiteId& id) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare(absl::StrCat(kSuiteColumns, "WHERE id = ?"));
  row.Text(id.value());
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound("SUITE_NOT_FOUND", "suite", id.value());
  return ReadSuite(row);
}

absl::StatusOr<std::vector<core::Suite>> SqliteSuiteStore::ListSuites(const std::string& after,
                                                                      int32_t size) {
  std::lock_guard lock(mutex_);
  Statement rows =
      reader_->Prepare(absl::StrCat(kSuiteColumns, "WHERE id > ? ORDER BY id LIMIT ?"));
  rows.Text(after).Integer(size);
  return ReadAll<core::Suite>(rows, ReadSuite);
}

absl::StatusOr<core::SuiteRun> SqliteSuiteStore::GetSuiteRun(const core::SuiteId& suite,
                                                             const core::SuiteRunId& id) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare(absl::StrCat(kRunColumns, "WHERE id = ? AND suite_id = ?"));
  row.Text(id.value()).Text(suite.value());
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) {
    return NotFound("SUITE_RUN_NOT_FOUND", "run of suite \"" + suite.value().substr(0, 80) + "\"",
                    id.value());
  }
  return ReadRun(row);
}

absl::StatusOr<core::SuiteRun> SqliteSuiteStore::GetSuiteRunByRequestId(
    const core::SuiteId& suite, const std::string& request_id) {
  std::lock_guard lock(mutex_);
  Statement row =
      reader_->Prepare(absl::StrCat(kRunColumns, "WHERE suite_id = ? AND request_id = ?"));
  row.Text(suite.value()).Text(request_id);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return NotFound("SUITE_RUN_NOT_FOUND", "run with request id", request_id);
  return ReadRun(row);
}

absl::StatusOr<Page<core::SuiteRun>> SqliteSuiteStore::ListSuiteRuns(const PageRequest& page,
                                                                     const core::SuiteId& suite) {
  std::lock_guard lock(mutex_);
  Statement rows = reader_->Prepare(
      absl::StrCat(kRunColumns, "WHERE suite_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?"));
  rows.Text(suite.value()).Integer(Before(page)).Integer(page.size + 1);
  return ReadPage<core::SuiteRun>(rows, page.size, ReadRun);
}

absl::StatusOr<std::vector<core::SuiteRun>> SqliteSuiteStore::ListOpenSuiteRuns() {
  std::lock_guard lock(mutex_);
  Statement rows =
      reader_->Prepare(absl::StrCat(kRunColumns, "WHERE end_time_ms = 0 OR told = 0 ORDER BY seq"));
  return ReadAll<core::SuiteRun>(rows, ReadRun);
}

absl::StatusOr<std::optional<core::SuiteBaseline>> SqliteSuiteStore::FindBaseline(
    const core::SuiteId& suite, const std::string& key) {
  std::lock_guard lock(mutex_);
  Statement row = reader_->Prepare(
      absl::StrCat(kBaselineColumns, "WHERE suite_id = ? AND case_key = ? AND end_time_ms = 0"));
  row.Text(suite.value()).Text(key);
  ER_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::nullopt;
  ER_ASSIGN_OR_RETURN(core::SuiteBaseline baseline, ReadBaseline(row));
  return baseline;
}

absl::StatusOr<Page<core::SuiteBaseline>> SqliteSuiteStore::ListBaselines(
    const PageRequest& page, const core::SuiteId& suite, const std::string& key) {
  std::lock_guard lock(mutex_);
  Statement rows = reader_->Prepare(
      absl::StrCat(kBaselineColumns, "WHERE suite_id = ? AND seq < ? AND (? = '' OR case_key = ?) ",
                   "ORDER BY seq DESC LIMIT ?"));
  rows.Text(suite.value()).Integer(Before(page)).Text(key).Text(key).Integer(page.size + 1);
  return ReadPage<core::SuiteBaseline>(rows, page.size, ReadBaseline);
}

}  // namespace edgerack::store
