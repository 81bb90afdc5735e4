// compare and replay: one result beside another.
#include "base/ids.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/submission.h"
#include "client/cli/output/suite_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

struct CompareArguments {
  std::string baseline;
  std::string result;
  std::vector<std::string> allow;
  bool every_layer = false;
};

int Compare(Session& session, const CompareArguments& a) {
  v1::CompareResultsRequest request;
  request.set_name(ResourceName("results", a.result));
  request.set_baseline(ResourceName("results", a.baseline));
  for (const std::string& code : a.allow) request.add_allow(code);
  auto comparison = session.connection().CompareResults(request);
  if (!comparison.ok()) return session.Report(comparison.status());
  session.Print(ToJson(*comparison), RenderComparison(*comparison, a.every_layer));
  const bool good = comparison->comparable() && comparison->verdict() != v1::Change::SLOWER;
  return good ? kSucceeded : kFailed;
}

// The job that made the result, once more on the same board.
absl::StatusOr<std::string> RunAgain(Session& session, const std::string& id) {
  ER_ASSIGN_OR_RETURN(v1::Result result,
                      session.connection().GetResult(ResourceName("results", id)));
  ER_ASSIGN_OR_RETURN(v1::Job job, session.connection().GetJob(result.job()));
  v1::JobSpec spec = job.spec();
  spec.set_board_selector(result.board().id());
  spec.set_all_boards(false);
  ER_ASSIGN_OR_RETURN(v1::Job made, Submit(session, spec));
  ER_ASSIGN_OR_RETURN(v1::WatchJobResponse outcome, Follow(session, made.name()));
  if (outcome.results_size() == 1) return outcome.results(0).id();
  return MakeError(absl::StatusCode::kAborted, ErrorClass::kJob, outcome.job().error().code(),
                   "job " + made.id() + ": " + outcome.job().error().message());
}

void DeclareComparison(CLI::App* command, CompareArguments& a) {
  command
      ->add_option("--allow", a.allow,
                   "code of a difference that shall not forbid the comparison, e.g. MODEL_DIFFERS; "
                   "repeatable")
      ->allow_extra_args(false);
  command->add_flag("--layers", a.every_layer, "all layers, not only those that changed");
}

}  // namespace

void AddCompareCommand(CLI::App& app, Session& session) {
  CLI::App* compare = app.add_subcommand(
      "compare", "What changed from one result to another, as a whole and layer by layer");
  auto a = std::make_shared<CompareArguments>();
  compare->add_option("baseline", a->baseline, "id of the result to compare with")->required();
  compare->add_option("result", a->result, "id of the result that is compared")->required();
  DeclareComparison(compare, *a);
  compare->footer(
      "Exit status: 0 not slower, 1 slower or not comparable.\n"
      "Example:\n  edgerack compare 1k8g5qut56d5vefk 1k8g5r02l4q1e0tm");
  OnRun(compare, session, [&session, a] { return Compare(session, *a); });
}

void AddReplayCommand(CLI::App& app, Session& session) {
  CLI::App* replay = app.add_subcommand(
      "replay", "Runs the job of a result once more on the same board and compares");
  auto a = std::make_shared<CompareArguments>();
  replay->add_option("result", a->baseline, "its id")->required();
  DeclareComparison(replay, *a);
  replay->footer(
      "Exit status: 0 not slower, 1 slower, failed or not comparable.\n"
      "Example:\n  edgerack replay 1k8g5qut56d5vefk");
  OnRun(replay, session, [&session, a] {
    auto again = RunAgain(session, a->baseline);
    if (!again.ok()) return session.Report(again.status());
    a->result = *again;
    return Compare(session, *a);
  });
}

}  // namespace edgerack::cli
