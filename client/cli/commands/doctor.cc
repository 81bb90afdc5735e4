// doctor: why what a board gave is not what the model gives.
#include "base/text/diagnosis_text.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/result_outputs.h"
#include "client/cli/commands/submission.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

struct DoctorArguments {
  std::string model;
  std::string inputs;
  std::string outputs;  // a file, or
  std::string board;    // a board that is asked now
  std::vector<std::string> options;
};

// The API's sets as lists of codes.
nlohmann::ordered_json DiagnosisJson(const v1::Diagnosis& diagnosis) {
  nlohmann::ordered_json json = ToJson(diagnosis);
  for (const char* key : {"causes", "indistinguishable", "notes"}) {
    if (!json.contains(key)) json[key] = nlohmann::ordered_json::array();
  }
  for (auto& set : json["indistinguishable"]) set = set.value("codes", nlohmann::ordered_json());
  return json;
}

// What the board gives for the inputs now, as a dataset of the server.
absl::StatusOr<v1::Dataset> AskBoard(Session& session, const DoctorArguments& a,
                                     const v1::Dataset& inputs) {
  SubmissionArguments submission;
  submission.model = a.model;
  submission.board = a.board;
  submission.options = a.options;
  ER_ASSIGN_OR_RETURN(v1::JobSpec spec, MakeSpec(session, submission));
  spec.set_dataset(inputs.name());
  for (const auto& [key, value] :
       {std::pair("warmup", "0"), {"samples", "1"}, {"board_samples", "100000"}}) {
    spec.mutable_options()->insert({key, value});
  }
  ER_ASSIGN_OR_RETURN(v1::Job job, Submit(session, spec));
  ER_ASSIGN_OR_RETURN(v1::WatchJobResponse outcome, Follow(session, job.name()));
  if (outcome.job().state() != v1::Job::SUCCEEDED || outcome.results_size() == 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kBoard, "NO_OUTPUTS",
                     "the board gave no outputs to examine: " + outcome.job().error().message() +
                         "; `edgerack jobs show " + job.id() + "` has the rest");
  }
  ER_ASSIGN_OR_RETURN(FetchedOutputs fetched, FetchOutputs(session, outcome.results(0).name(), {}));
  return session.connection().UploadDatasetBytes("outputs.npz", fetched.npz);
}

absl::StatusOr<v1::Diagnosis> Examine(Session& session, const DoctorArguments& a) {
  if (a.outputs.empty() == a.board.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
                     "give what the board gave with --outputs, or a board to ask with --board");
  }
  v1::DiagnoseOutputsRequest request;
  for (const std::string& item : a.options) {
    const size_t equals = std::min(item.find('='), item.size());
    if (item.rfind("shape.", 0) != 0) continue;
    (*request.mutable_options())[item.substr(0, equals)] =
        item.substr(std::min(equals + 1, item.size()));
  }
  ER_ASSIGN_OR_RETURN(v1::Model model, FindOrUploadModel(session, a.model));
  ER_ASSIGN_OR_RETURN(v1::Dataset inputs, session.connection().UploadDataset(a.inputs));
  auto outputs = a.outputs.empty() ? AskBoard(session, a, inputs)
                                   : session.connection().UploadDataset(a.outputs);
  if (!outputs.ok()) return outputs.status();
  request.set_model(model.name());
  request.set_inputs(inputs.name());
  request.set_outputs(outputs->name());
  return session.connection().DiagnoseOutputs(request);
}

int Doctor(Session& session, const DoctorArguments& a) {
  auto diagnosis = Examine(session, a);
  if (!diagnosis.ok()) return session.Report(diagnosis.status());
  const nlohmann::ordered_json json = DiagnosisJson(*diagnosis);
  session.Print(json, RenderDiagnosis(json));
  return kSucceeded;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Session& session) {
  CLI::App* doctor =
      app.add_subcommand("doctor", "Says which usual causes reproduce a board's wrong outputs");
  auto a = std::make_shared<DoctorArguments>();
  doctor->add_option("model", a->model, "a model file, or the id of an uploaded one")->required();
  doctor->add_option("--inputs", a->inputs, ".npz or .npy: the inputs that were meant")->required();
  doctor->add_option("--outputs", a->outputs, ".npz or .npy: what the board gave for them");
  doctor->add_option("--board", a->board, "instead of --outputs: run the inputs on this board now");
  doctor->add_option("--option", a->options, "shape.NAME=…, or an option of the run; repeatable")
      ->allow_extra_args(false);
  doctor->footer(
      "Example:\n  edgerack doctor kws.onnx --inputs meant.npz --outputs from_board.npz");
  OnRun(doctor, session, [&session, a] { return Doctor(session, *a); });
}

}  // namespace edgerack::cli
