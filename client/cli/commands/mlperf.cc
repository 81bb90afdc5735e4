// mlperf: a model on a board by the rules of MLPerf Tiny's performance mode.
#include <sstream>

#include "base/files.h"
#include "base/npy/npy.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/submission.h"

namespace edgerack::cli {
namespace {

struct MlperfArguments {
  SubmissionArguments submission;
  std::string input;
  int windows = 5;
  double window_s = 10;
};

// The array as a dataset of one sample.
absl::StatusOr<v1::Dataset> UploadInput(Session& session, const std::string& path) {
  ER_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  auto array = ParseNpy(bytes);
  if (!array.ok()) return Annotate(array.status(), path);
  ER_ASSIGN_OR_RETURN(const std::string npz, WriteNpz({{"x", *std::move(array)}}));
  return session.connection().UploadDatasetBytes("input.npz", npz);
}

absl::StatusOr<v1::WatchJobResponse> Measure(Session& session, const MlperfArguments& a) {
  ER_ASSIGN_OR_RETURN(v1::JobSpec spec, MakeSpec(session, a.submission));
  spec.set_protocol("mlperf-tiny");
  auto& options = *spec.mutable_options();
  options["windows"] = std::to_string(a.windows);
  std::ostringstream window_s;
  window_s << a.window_s;
  options["window_s"] = window_s.str();
  if (!a.input.empty()) {
    ER_ASSIGN_OR_RETURN(const v1::Dataset input, UploadInput(session, a.input));
    spec.set_dataset(input.name());
  }
  ER_ASSIGN_OR_RETURN(const v1::Job job, Submit(session, spec));
  return Follow(session, job.name());
}

int RunMlperf(Session& session, const MlperfArguments& a) {
  auto outcome = Measure(session, a);
  return outcome.ok() ? PrintOutcome(session, *outcome) : session.Report(outcome.status());
}

}  // namespace

void AddMlperfCommand(CLI::App& app, Session& session) {
  CLI::App* mlperf = app.add_subcommand(
      "mlperf", "Throughput of a model on a board, by MLPerf Tiny's protocol and rules");
  auto a = std::make_shared<MlperfArguments>();
  DeclareSubmission(mlperf, a->submission);
  mlperf->add_option("--input", a->input,
                     "a .npy with the input, one sample; otherwise random values");
  mlperf->add_option("--windows", a->windows, "how many windows; the rules want 5")
      ->check(CLI::Range(1, 100));
  mlperf->add_option("--window-s", a->window_s, "seconds of each; the rules want at least 10")
      ->check(CLI::Range(0.001, 3600.0));
  mlperf->footer("Example:\n  edgerack mlperf kws01.tflite --board kind=nucleo-h743zi");
  OnRun(mlperf, session, [&session, a] { return RunMlperf(session, *a); });
}

}  // namespace edgerack::cli
