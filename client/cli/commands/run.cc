#include <vector>

#include "base/ids.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/output/json.h"

namespace edgerack::cli {
namespace {

struct RunArguments {
  std::string model;
  std::string board;
  std::string quantize = "none";
  std::string calibration;
  std::string dataset;
  std::vector<std::string> options;
  bool all = false;
  bool detach = false;
};

// "K=V" items into the request. False and a message on standard error when one has no '='.
bool ParseOptions(const std::vector<std::string>& items, v1::JobSpec& spec) {
  for (const std::string& item : items) {
    size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) {
      std::cerr << "edgerack: --option takes K=V, not \"" << item << "\"" << std::endl;
      return false;
    }
    (*spec.mutable_options())[item.substr(0, equals)] = item.substr(equals + 1);
  }
  return true;
}

absl::StatusOr<std::string> DatasetName(Session& session, const std::string& path) {
  if (path.empty()) return std::string();
  ER_ASSIGN_OR_RETURN(v1::Dataset dataset, session.connection().UploadDataset(path));
  return dataset.name();
}

absl::StatusOr<v1::Job> Submit(Session& session, const RunArguments& arguments,
                               v1::CreateJobRequest request) {
  v1::JobSpec& spec = *request.mutable_job();
  ER_ASSIGN_OR_RETURN(v1::Model model, session.connection().UploadModel(arguments.model));
  spec.set_model(model.name());
  ER_ASSIGN_OR_RETURN(*spec.mutable_dataset(), DatasetName(session, arguments.dataset));
  ER_ASSIGN_OR_RETURN(*spec.mutable_calibration(), DatasetName(session, arguments.calibration));
  spec.set_board_selector(arguments.board);
  spec.set_all_boards(arguments.all);
  spec.set_quantize(arguments.quantize);
  request.set_request_id(SystemIds().NewId());
  return session.connection().CreateJob(request);
}

int RunModel(Session& session, const RunArguments& arguments) {
  v1::CreateJobRequest request;
  if (!ParseOptions(arguments.options, *request.mutable_job())) return kUsage;
  auto job = Submit(session, arguments, std::move(request));
  if (!job.ok()) return session.Report(job.status());
  if (arguments.detach) {
    session.Print({{"job", ToJson(*job)}, {"results", nlohmann::ordered_json::array()}},
                  job->id() + "\n");
    return kSucceeded;
  }
  return WatchToEnd(session, job->name());
}

}  // namespace

void AddRunCommand(CLI::App& app, Session& session) {
  CLI::App* run = app.add_subcommand("run", "Compiles a model and runs it on a board");
  auto a = std::make_shared<RunArguments>();
  run->add_option("model", a->model, "a model file")->required();
  run->add_option("--board", a->board, "an id, kind=…, chip=…, family=…, tag=…; commas join")
      ->required();
  run->add_option("--quantize", a->quantize, "how to quantize")
      ->check(CLI::IsMember({"none", "int8", "int8-int16", "int8-float", "weights-int8"}));
  run->add_option("--calibration", a->calibration, "an npz to calibrate with");
  run->add_option("--dataset", a->dataset, "an npz with x and y: accuracy and agreement");
  run->add_option("--option", a->options, "an option of compiler or run, K=V; repeatable")
      ->allow_extra_args(false);
  run->add_flag("--all", a->all, "one result for each matching board");
  run->add_flag("--detach", a->detach, "print the job's id and do not wait");
  run->footer("Example:\n  edgerack run model.tflite --board kind=virtual-f746 --dataset test.npz");
  OnRun(run, session, [&session, a] { return RunModel(session, *a); });
}

}  // namespace edgerack::cli
