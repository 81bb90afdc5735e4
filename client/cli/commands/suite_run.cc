// suites run: begins a run, waits for it, writes its reports.
#include "client/cli/commands/suite_run.h"

#include <chrono>
#include <iostream>
#include <set>
#include <thread>

#include "base/files.h"
#include "base/ids.h"
#include "client/cli/commands/suite_source.h"
#include "client/cli/output/suite_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

constexpr std::chrono::milliseconds kLookAgain{150};

absl::Status WriteReport(Session& session, const v1::SuiteRun& run,
                         v1::GetSuiteRunReportRequest::Format format, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  v1::GetSuiteRunReportRequest request;
  request.set_name(run.name() + "/report");
  request.set_format(format);
  ER_ASSIGN_OR_RETURN(v1::SuiteRunReport report, session.connection().GetSuiteRunReport(request));
  return WriteFileAtomic(path, report.text());
}

absl::Status WriteReports(Session& session, const v1::SuiteRun& run, const ReportFiles& files) {
  ER_RETURN_IF_ERROR(WriteReport(session, run, v1::GetSuiteRunReportRequest::JUNIT, files.junit));
  ER_RETURN_IF_ERROR(
      WriteReport(session, run, v1::GetSuiteRunReportRequest::MARKDOWN, files.markdown));
  ER_RETURN_IF_ERROR(WriteReport(session, run, v1::GetSuiteRunReportRequest::HTML, files.html));
  if (files.json.empty()) return absl::OkStatus();
  return WriteFileAtomic(files.json, ToJson(run).dump(2) + "\n");
}

// Until it has ended; across restarts of the server. Cases are told as they end.
absl::StatusOr<v1::SuiteRun> WaitFor(Session& session, v1::SuiteRun run) {
  std::set<std::string> told;
  while (true) {
    for (const v1::SuiteCase& suite_case : run.cases()) {
      const bool ended = suite_case.state() >= v1::SuiteCase::PASSED;
      if (!ended || session.json || !told.insert(suite_case.key()).second) continue;
      std::cerr << suite_case.key() << ": " << v1::SuiteCase::State_Name(suite_case.state())
                << std::endl;
    }
    if (run.state() != v1::SuiteRun::RUNNING) return run;
    std::this_thread::sleep_for(kLookAgain);
    ER_ASSIGN_OR_RETURN(run, session.connection().GetSuiteRun(run.name()));
  }
}

int ExitCodeOf(const v1::SuiteRun& run) {
  if (run.state() == v1::SuiteRun::PASSED) return kSucceeded;
  return run.state() == v1::SuiteRun::CANCELLED ? kCancelled : kFailed;
}

}  // namespace

int RunSuite(Session& session, const SuiteRunArguments& a) {
  auto suite = FindOrApplySuite(session, a.suite);
  if (!suite.ok()) return session.Report(suite.status());
  v1::RunSuiteRequest request;
  request.set_name(suite->name());
  request.set_trigger(a.trigger);
  request.set_request_id(SystemIds().NewId());
  auto run = session.connection().RunSuite(request);
  if (!run.ok()) return session.Report(run.status());
  if (a.detach) {
    session.Print({{"run", ToJson(*run)}}, "run " + run->id() + "\n");
    return kSucceeded;
  }
  auto ended = WaitFor(session, *std::move(run));
  if (!ended.ok()) return session.Report(ended.status());
  if (auto written = WriteReports(session, *ended, a.reports); !written.ok()) {
    return session.Report(written);
  }
  session.Print({{"run", ToJson(*ended)}}, RenderSuiteRun(*ended));
  return ExitCodeOf(*ended);
}

}  // namespace edgerack::cli
