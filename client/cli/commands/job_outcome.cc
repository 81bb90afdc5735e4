#include "client/cli/commands/job_outcome.h"

#include <unistd.h>

#include <iostream>

#include "client/cli/output/progress.h"
#include "client/cli/output/result_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

std::string ErrorText(const v1::Error& error) {
  return v1::ErrorClass_Name(error.error_class()) + " error " + error.code() + ": " +
         error.message() + "\n";
}

}  // namespace

absl::StatusOr<v1::WatchJobResponse> Follow(Session& session, const std::string& job_name) {
  Progress progress(std::cerr, !session.json && isatty(STDERR_FILENO));
  auto outcome = session.connection().WatchJob(job_name, [&](const v1::Job& job) {
    if (!session.json) progress.Show(job);
  });
  progress.Finish();
  return outcome;
}

int WatchToEnd(Session& session, const std::string& job_name) {
  auto outcome = Follow(session, job_name);
  if (!outcome.ok()) return session.Report(outcome.status());
  return PrintOutcome(session, *outcome);
}

int PrintOutcome(const Session& session, const v1::WatchJobResponse& outcome) {
  const v1::Job& job = outcome.job();
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::string text = "job " + job.id() + " (" + job.model_display_name() +
                     "): " + v1::Job::State_Name(job.state()) + "\n";
  if (job.has_error()) text += ErrorText(job.error());
  for (const v1::Run& run : job.runs()) {
    if (run.has_error() && run.error().message() != job.error().message()) {
      text += "run on " + run.board() + ": " + ErrorText(run.error());
    }
  }
  for (const v1::Result& result : outcome.results()) {
    results.push_back(ToJson(result));
    text += "\n" + RenderResult(result);
  }
  session.Print({{"job", ToJson(job)}, {"results", results}}, text);
  if (job.state() == v1::Job::CANCELLED) return kCancelled;
  return job.state() == v1::Job::FAILED ? kFailed : kSucceeded;
}

}  // namespace edgerack::cli
