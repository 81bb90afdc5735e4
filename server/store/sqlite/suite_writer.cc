#include "server/store/sqlite/suite_writer.h"

#include "server/store/record_json.h"
#include "server/store/suite_json.h"

namespace edgerack::store {
namespace {

absl::Status InsertSuite(Database& database, const core::Suite& suite) {
  return database
      .Prepare(
          "INSERT INTO suites (id, spec, create_time_ms, update_time_ms, schedule_time_ms) "
          "VALUES (?, ?, ?, ?, ?)")
      .Text(suite.id.value())
      .Text(EncodeSuiteSpec(suite.spec))
      .Integer(suite.create_time_ms)
      .Integer(suite.update_time_ms)
      .Integer(suite.schedule_time_ms)
      .Run();
}

absl::Status UpdateSuite(Database& database, const core::Suite& suite) {
  return database
      .Prepare("UPDATE suites SET spec = ?, update_time_ms = ?, schedule_time_ms = ? WHERE id = ?")
      .Text(EncodeSuiteSpec(suite.spec))
      .Integer(suite.update_time_ms)
      .Integer(suite.schedule_time_ms)
      .Text(suite.id.value())
      .Run();
}

absl::Status InsertRun(Database& database, const core::SuiteRun& run) {
  return database
      .Prepare(
          "INSERT INTO suite_runs (id, suite_id, number, request_id, state, create_time_ms, "
          "end_time_ms, told, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Text(run.id.value())
      .Text(run.suite.value())
      .Integer(run.number)
      .TextOrNull(run.request_id)
      .Text(core::SuiteRunStateName(run.state))
      .Integer(run.create_time_ms)
      .Integer(run.end_time_ms)
      .Integer(run.told ? 1 : 0)
      .Text(EncodeSuiteRun(run))
      .Run();
}

absl::Status UpdateRun(Database& database, const core::SuiteRun& run) {
  return database
      .Prepare("UPDATE suite_runs SET state = ?, end_time_ms = ?, told = ?, body = ? WHERE id = ?")
      .Text(core::SuiteRunStateName(run.state))
      .Integer(run.end_time_ms)
      .Integer(run.told ? 1 : 0)
      .Text(EncodeSuiteRun(run))
      .Text(run.id.value())
      .Run();
}

// Of a suite that was removed meanwhile nothing is written.
absl::Status WriteBaseline(Database& database, const core::SuiteBaseline& baseline) {
  std::vector<std::string> results;
  for (const core::ResultId& result : baseline.results) results.push_back(result.value());
  return database
      .Prepare(
          "INSERT INTO suite_baselines (id, suite_id, case_key, results, reason, accepted_by, "
          "accept_time_ms, run_id, end_time_ms) "
          "SELECT ?, id, ?, ?, ?, ?, ?, ?, ? FROM suites WHERE id = ? "
          "ON CONFLICT (id) DO UPDATE SET results = excluded.results, "
          "end_time_ms = excluded.end_time_ms")
      .Text(baseline.id.value())
      .Text(baseline.key)
      .Text(EncodeTexts(results))
      .Text(baseline.reason)
      .Text(baseline.accepted_by)
      .Integer(baseline.accept_time_ms)
      .Text(baseline.run.value())
      .Integer(baseline.end_time_ms)
      .Text(baseline.suite.value())
      .Run();
}

}  // namespace

absl::Status WriteSuiteRecords(Database& database, const SuiteRecords& records) {
  for (const core::SuiteId& id : records.removed) {
    ER_RETURN_IF_ERROR(database.Prepare("DELETE FROM suites WHERE id = ?").Text(id.value()).Run());
  }
  for (const auto& suite : records.new_suites) ER_RETURN_IF_ERROR(InsertSuite(database, suite));
  for (const auto& suite : records.suites) ER_RETURN_IF_ERROR(UpdateSuite(database, suite));
  for (const auto& run : records.new_runs) ER_RETURN_IF_ERROR(InsertRun(database, run));
  for (const auto& run : records.runs) ER_RETURN_IF_ERROR(UpdateRun(database, run));
  for (const auto& line : records.baselines) ER_RETURN_IF_ERROR(WriteBaseline(database, line));
  return absl::OkStatus();
}

}  // namespace edgerack::store
