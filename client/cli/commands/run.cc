#include "base/files.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/own_image.h"
#include "client/cli/commands/result_outputs.h"
#include "client/cli/commands/submission.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

struct RunArguments {
  SubmissionArguments submission;
  OwnImageArguments image;
  std::string dataset;
  std::string outputs;  // where the board's answers go; empty: nowhere
  bool all = false;
  bool detach = false;
};

absl::StatusOr<v1::Job> SubmitRun(Session& session, const RunArguments& arguments) {
  if (arguments.submission.model.empty() && arguments.image.firmware.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
                     "name a model, or with --firmware an image that has one in it");
  }
  ER_ASSIGN_OR_RETURN(v1::JobSpec spec, MakeSpec(session, arguments.submission));
  ER_RETURN_IF_ERROR(AddOwnImage(session, arguments.image, spec));
  if (!arguments.dataset.empty()) {
    ER_ASSIGN_OR_RETURN(v1::Dataset dataset, session.connection().UploadDataset(arguments.dataset));
    spec.set_dataset(dataset.name());
  }
  spec.set_all_boards(arguments.all);
  return Submit(session, spec);
}

absl::Status SaveOutputs(Session& session, const v1::WatchJobResponse& outcome,
                         const std::string& path) {
  if (path.empty() || outcome.results_size() == 0) return absl::OkStatus();
  ER_ASSIGN_OR_RETURN(FetchedOutputs fetched, FetchOutputs(session, outcome.results(0).name(), {}));
  return WriteFileAtomic(path, fetched.npz);
}

int RunModel(Session& session, const RunArguments& arguments) {
  auto job = SubmitRun(session, arguments);
  if (!job.ok()) return session.Report(job.status());
  if (arguments.detach) {
    session.Print({{"job", ToJson(*job)}, {"results", nlohmann::ordered_json::array()}},
                  job->id() + "\n");
    return kSucceeded;
  }
  auto outcome = Follow(session, job->name());
  if (!outcome.ok()) return session.Report(outcome.status());
  absl::Status saved = SaveOutputs(session, *outcome, arguments.outputs);
  if (!saved.ok()) return session.Report(saved);
  return PrintOutcome(session, *outcome);
}

}  // namespace

void AddRunCommand(CLI::App& app, Session& session) {
  CLI::App* run = app.add_subcommand(
      "run", "Compiles a model and runs it on a board, or runs a firmware of your own");
  auto a = std::make_shared<RunArguments>();
  DeclareSubmission(run, a->submission);
  run->get_option("model")->required(false);
  DeclareOwnImage(run, a->image);
  run->add_option("--dataset", a->dataset, "an npz with x and y: accuracy and agreement");
  CLI::Option* outputs =
      run->add_option("--outputs", a->outputs, "an npz to write what the board answered to");
  run->add_flag("--all", a->all, "one result for each matching board")->excludes(outputs);
  run->add_flag("--detach", a->detach, "print the job's id and do not wait")->excludes(outputs);
  run->footer(
      "Examples:\n  edgerack run model.tflite --board kind=virtual-f746 --dataset test.npz\n"
      "  edgerack run --firmware theirs.elf --protocol mlperf-tiny --board virtual-f746\n"
      "  edgerack run --firmware theirs.elf --protocol log-regex --board virtual-f746 "
      "--option 'regex=took (?P<us>[0-9]+) us'");
  OnRun(run, session, [&session, a] { return RunModel(session, *a); });
}

}  // namespace edgerack::cli
