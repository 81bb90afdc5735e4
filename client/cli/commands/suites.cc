// suites: what is measured again and again.
#include <google/protobuf/util/time_util.h>

#include <cmath>

#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/suite_run.h"
#include "client/cli/commands/suite_source.h"
#include "client/cli/output/suite_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

using google::protobuf::util::TimeUtil;
constexpr auto kRight = Table::Align::kRight;

struct SuiteArguments {
  std::string suite;
  std::string run;
  std::string key;
  std::vector<std::string> keys;
  std::string reason;
  std::string by;
  int limit = 20;
};

std::string SuiteName(const SuiteArguments& a) { return ResourceName("suites", a.suite); }

// The run that was named, or the suite's latest.
absl::StatusOr<std::string> RunName(Session& session, const SuiteArguments& a) {
  if (!a.run.empty()) return SuiteName(a) + "/runs/" + a.run;
  ER_ASSIGN_OR_RETURN(v1::Suite suite, session.connection().GetSuite(SuiteName(a)));
  if (suite.has_last_run()) return suite.last_run().name();
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "SUITE_NOT_RUN",
                   "suite " + suite.id() + " has not been run yet");
}

int Apply(Session& session, const SuiteArguments& a) {
  auto suite = ApplySuiteFile(session, a.suite);
  if (!suite.ok()) return session.Report(suite.status());
  session.Print(ToJson(*suite), RenderSuite(*suite));
  return kSucceeded;
}

int List(Session& session, const SuiteArguments&) {
  v1::ListSuitesRequest request;
  request.set_page_size(1000);
  auto suites = session.connection().ListSuites(request);
  if (!suites.ok()) return session.Report(suites.status());
  Table table({{"suite"}, {"models", kRight}, {"schedule"}, {"next"}, {"last run"}, {""}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const v1::Suite& suite : suites->suites()) {
    list.push_back(ToJson(suite));
    table.Add({suite.id(), std::to_string(suite.models_size()), suite.schedule().when(),
               suite.has_next_run_time() ? TimeUtil::ToString(suite.next_run_time()) : "",
               suite.has_last_run() ? v1::SuiteRun::State_Name(suite.last_run().state()) : "",
               suite.last_run().summary()});
  }
  session.Print({{"suites", list}}, table.Render());
  return kSucceeded;
}

int Show(Session& session, const SuiteArguments& a) {
  if (!a.run.empty()) {
    auto run = session.connection().GetSuiteRun(SuiteName(a) + "/runs/" + a.run);
    if (!run.ok()) return session.Report(run.status());
    session.Print(ToJson(*run), RenderSuiteRun(*run));
    return kSucceeded;
  }
  auto suite = session.connection().GetSuite(SuiteName(a));
  if (!suite.ok()) return session.Report(suite.status());
  session.Print(ToJson(*suite), RenderSuite(*suite));
  return kSucceeded;
}

// Of one case: a line per run with its figures.
int CaseHistory(Session& session, const SuiteArguments& a) {
  v1::ListCaseHistoryRequest request;
  request.set_parent(SuiteName(a));
  request.set_key(a.key);
  request.set_page_size(a.limit);
  auto history = session.connection().ListCaseHistory(request);
  if (!history.ok()) return session.Report(history.status());
  Table table({{"run", kRight}, {"created"}, {"state"}, {"measured", kRight}, {"change", kRight}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& point : history->points()) {
    list.push_back(ToJson(point));
    const v1::SuiteCase& suite_case = point.suite_case();
    const v1::Change& change = suite_case.metric().change();
    const bool judged = suite_case.has_metric();
    table.Add({std::to_string(point.number()), TimeUtil::ToString(point.create_time()),
               v1::SuiteCase::State_Name(suite_case.state()),
               judged ? Grouped(std::llround(change.value())) : "",
               judged ? Fixed(change.change_percent(), 1) + " %" : ""});
  }
  session.Print({{"points", list}}, table.Render());
  return kSucceeded;
}

int History(Session& session, const SuiteArguments& a) {
  if (!a.key.empty()) return CaseHistory(session, a);
  v1::ListSuiteRunsRequest request;
  request.set_parent(SuiteName(a));
  request.set_page_size(a.limit);
  auto runs = session.connection().ListSuiteRuns(request);
  if (!runs.ok()) return session.Report(runs.status());
  Table table({{"number", kRight}, {"run"}, {"created"}, {"by"}, {"state"}, {""}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const v1::SuiteRun& run : runs->runs()) {
    list.push_back(ToJson(run));
    table.Add({std::to_string(run.number()), run.id(), TimeUtil::ToString(run.create_time()),
               run.trigger(), v1::SuiteRun::State_Name(run.state()), run.summary()});
  }
  session.Print({{"runs", list}}, table.Render());
  return kSucceeded;
}

int Accept(Session& session, const SuiteArguments& a) {
  auto run = RunName(session, a);
  if (!run.ok()) return session.Report(run.status());
  v1::AcceptBaselineRequest request;
  request.set_run(*run);
  for (const std::string& key : a.keys) request.add_keys(key);
  request.set_reason(a.reason);
  request.set_accepted_by(a.by);
  auto accepted = session.connection().AcceptBaseline(request);
  if (!accepted.ok()) return session.Report(accepted.status());
  std::string text;
  for (const v1::SuiteBaseline& baseline : accepted->baselines()) {
    text += baseline.key() + ": " + std::to_string(baseline.results_size()) +
            " results are the baseline from now on\n";
  }
  session.Print(ToJson(*accepted), text);
  return kSucceeded;
}

int Baselines(Session& session, const SuiteArguments& a) {
  v1::ListBaselinesRequest request;
  request.set_parent(SuiteName(a));
  request.set_key(a.key);
  request.set_page_size(a.limit);
  auto baselines = session.connection().ListBaselines(request);
  if (!baselines.ok()) return session.Report(baselines.status());
  Table table({{"case"}, {"accepted"}, {"until"}, {"results", kRight}, {"by"}, {"reason"}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const v1::SuiteBaseline& baseline : baselines->baselines()) {
    list.push_back(ToJson(baseline));
    table.Add({baseline.key(), TimeUtil::ToString(baseline.accept_time()),
               baseline.has_end_time() ? TimeUtil::ToString(baseline.end_time()) : "",
               std::to_string(baseline.results_size()), baseline.accepted_by(), baseline.reason()});
  }
  session.Print({{"baselines", list}}, table.Render());
  return kSucceeded;
}

int Cancel(Session& session, const SuiteArguments& a) {
  auto name = RunName(session, a);
  if (!name.ok()) return session.Report(name.status());
  auto run = session.connection().CancelSuiteRun(*name);
  if (!run.ok()) return session.Report(run.status());
  session.Print(ToJson(*run), RenderSuiteRun(*run));
  return kSucceeded;
}

int Delete(Session& session, const SuiteArguments& a) {
  auto status = session.connection().DeleteSuite(SuiteName(a));
  if (!status.ok()) return session.Report(status);
  session.Print({{"deleted", SuiteName(a)}}, SuiteName(a) + " is deleted\n");
  return kSucceeded;
}

using Body = int (*)(Session&, const SuiteArguments&);

struct SubCommand {
  CLI::App* app;
  std::shared_ptr<SuiteArguments> arguments;
};
SubCommand Add(CLI::App* suites, Session& session, const char* name, const char* help, Body body) {
  CLI::App* app = suites->add_subcommand(name, help);
  auto arguments = std::make_shared<SuiteArguments>();
  OnRun(app, session, [&session, arguments, body] { return body(session, *arguments); });
  return {app, arguments};
}

void AddRun(CLI::App* suites, Session& session) {
  CLI::App* run = suites->add_subcommand("run", "Runs a suite and waits; 1 where it regressed");
  auto a = std::make_shared<SuiteRunArguments>();
  run->add_option("suite", a->suite, "its file, which is applied first, or its id")->required();
  run->add_option("--trigger", a->trigger, "who asks, kept with the run");
  run->add_flag("--detach", a->detach, "print the run's id and do not wait");
  run->add_option("--junit", a->reports.junit, "write a report as JUnit XML");
  run->add_option("--markdown", a->reports.markdown, "write a report as Markdown");
  run->add_option("--html", a->reports.html, "write a report as HTML");
  run->add_option("--report-json", a->reports.json, "write the run as JSON");
  OnRun(run, session, [&session, a] { return RunSuite(session, *a); });
}

}  // namespace

void AddSuitesCommand(CLI::App& app, Session& session) {
  CLI::App* suites = app.add_subcommand("suites", "Models that are measured again and again");
  suites->require_subcommand(1);
  auto apply = Add(suites, session, "apply", "Makes or changes a suite from its file", Apply);
  apply.app->add_option("file", apply.arguments->suite, "suites/NAME.toml")->required();
  Add(suites, session, "list", "The suites, and how they are", List);
  AddRun(suites, session);
  auto show = Add(suites, session, "show", "A suite, or one of its runs", Show);
  auto history = Add(suites, session, "history", "Its runs, or what a case measured", History);
  auto accept = Add(suites, session, "accept", "Holds later runs against this one", Accept);
  auto baselines = Add(suites, session, "baselines", "What was accepted, and why", Baselines);
  auto cancel = Add(suites, session, "cancel", "Ends a run", Cancel);
  auto remove = Add(suites, session, "delete", "Forgets a suite and its runs", Delete);
  for (const SubCommand& command : {show, history, accept, baselines, cancel, remove}) {
    command.app->add_option("suite", command.arguments->suite, "its id")->required();
  }
  for (const SubCommand& command : {show, accept, cancel}) {
    command.app->add_option("--run", command.arguments->run, "id of a run [the latest]");
  }
  for (const SubCommand& command : {history, baselines}) {
    command.app->add_option("--case", command.arguments->key, "key of a case");
    command.app->add_option("--limit", command.arguments->limit, "how many")
        ->check(CLI::Range(1, 1000));
  }
  accept.app
      ->add_option("--case", accept.arguments->keys, "key of a case; repeatable [all of the run]")
      ->allow_extra_args(false);
  accept.app->add_option("--reason", accept.arguments->reason, "why, kept with it")->required();
  accept.app->add_option("--by", accept.arguments->by, "who, kept with it");
  suites->footer(
      "Examples:\n  edgerack suites run suites/nightly.toml --junit report.xml\n"
      "  edgerack suites history nightly\n"
      "  edgerack suites accept nightly --reason \"the larger model is worth it\"");
}

}  // namespace edgerack::cli
