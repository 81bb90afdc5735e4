#include <google/protobuf/util/time_util.h>

#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/output/progress.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

int List(Session& session, int limit) {
  v1::ListJobsRequest request;
  request.set_page_size(limit);
  auto jobs = session.connection().ListJobs(request);
  if (!jobs.ok()) return session.Report(jobs.status());
  Table table({{"job"}, {"model"}, {"boards"}, {"state"}, {"created"}, {"error"}});
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& job : jobs->jobs()) {
    list.push_back(ToJson(job));
    table.Add({job.id(), job.model_display_name(), job.spec().board_selector(), ProgressText(job),
               google::protobuf::util::TimeUtil::ToString(job.create_time()), job.error().code()});
  }
  session.Print({{"jobs", list}}, table.Render());
  return kSucceeded;
}

int Show(Session& session, const std::string& id) {
  auto job = session.connection().GetJob(ResourceName("jobs", id));
  if (!job.ok()) return session.Report(job.status());
  v1::ListResultsRequest request;
  request.set_job(job->name());
  request.set_page_size(1000);
  auto results = session.connection().ListResults(request);
  if (!results.ok()) return session.Report(results.status());
  v1::WatchJobResponse outcome;
  *outcome.mutable_job() = *job;
  *outcome.mutable_results() = results->results();
  PrintOutcome(session, outcome);
  return kSucceeded;
}

int Cancel(Session& session, const std::string& id) {
  auto job = session.connection().CancelJob(ResourceName("jobs", id));
  if (!job.ok()) return session.Report(job.status());
  session.Print({{"job", ToJson(*job)}},
                "job " + job->id() + ": " + v1::Job::State_Name(job->state()) + "\n");
  return kSucceeded;
}

}  // namespace

void AddJobsCommand(CLI::App& app, Session& session) {
  CLI::App* jobs = app.add_subcommand("jobs", "Jobs, running and ended");
  jobs->require_subcommand(1);
  auto limit = std::make_shared<int>(20);
  auto id = std::make_shared<std::string>();
  CLI::App* list = jobs->add_subcommand("list", "The newest jobs");
  list->add_option("--limit", *limit, "how many")->check(CLI::Range(1, 1000));
  OnRun(list, session, [&session, limit] { return List(session, *limit); });
  CLI::App* show = jobs->add_subcommand("show", "One job and its results so far");
  CLI::App* cancel = jobs->add_subcommand("cancel", "Ends a job");
  CLI::App* watch = jobs->add_subcommand("watch", "Follows a job to its end");
  for (CLI::App* command : {show, cancel, watch}) {
    command->add_option("job", *id, "its id")->required();
  }
  OnRun(show, session, [&session, id] { return Show(session, *id); });
  OnRun(cancel, session, [&session, id] { return Cancel(session, *id); });
  OnRun(watch, session, [&session, id] { return WatchToEnd(session, ResourceName("jobs", *id)); });
  jobs->footer("Examples:\n  edgerack jobs list\n  edgerack jobs watch 1k8g5qut56d5vefk");
}

}  // namespace edgerack::cli
