// infer: one sample, given as a file, through a model on a board.
#include "base/files.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/submission.h"
#include "client/cli/image/refusal.h"
#include "client/cli/image/sample.h"
#include "client/cli/output/inference.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

constexpr uint64_t kMostInputFileBytes = 256ull << 20;
constexpr uint64_t kMostLabelBytes = 16ull << 20;

struct InferArguments {
  SubmissionArguments submission;
  std::string input;
  std::string labels;
  std::string range = "0..1";
  std::string mean;
  std::string deviation;
  bool resize = false;
  bool range_given = false;
};

absl::StatusOr<SampleOptions> OptionsOf(const InferArguments& a) {
  SampleOptions options;
  options.resize = a.resize;
  options.scaled = a.range_given || !a.mean.empty() || !a.deviation.empty();
  auto scale = ParseValueScale(a.range, a.mean, a.deviation);
  if (!scale.ok()) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
                     ErrorMessageOf(scale.status()));
  }
  options.scale = *std::move(scale);
  return options;
}

absl::StatusOr<InputSpec> OnlyInput(const v1::ModelView& view) {
  if (view.inputs_size() != 1) {
    std::string names;
    for (const auto& input : view.inputs()) names += (names.empty() ? "" : ", ") + input.name();
    return BadInput("the model has " + std::to_string(view.inputs_size()) + " inputs (" + names +
                    ") and `infer` fills one; put an array for each into an npz and use "
                    "`edgerack run --dataset`, then `edgerack results outputs`");
  }
  const v1::TensorDescription& from = view.inputs(0);
  return InputSpec{from.name(),
                   from.dtype(),
                   {from.shape().begin(), from.shape().end()},
                   from.scale(),
                   from.zero_point()};
}

absl::StatusOr<std::vector<std::string>> ReadLabels(const std::string& path) {
  if (path.empty()) return std::vector<std::string>();
  ER_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMostLabelBytes));
  return LabelLines(text);
}

// One line for each class of the model's only output.
absl::Status CheckLabels(const std::vector<std::string>& labels, const v1::ModelView& view,
                         int64_t input_elements) {
  if (labels.empty()) return absl::OkStatus();
  if (view.outputs_size() != 1 || !LooksLikeClasses(view.outputs(0), input_elements)) {
    return BadInput("--labels names classes, but the model's output is no vector of classes");
  }
  int64_t classes = 1;
  for (int64_t dim : view.outputs(0).shape()) classes *= dim;
  if (classes == static_cast<int64_t>(labels.size())) return absl::OkStatus();
  return BadInput("the file of --labels has " + std::to_string(labels.size()) +
                  " lines, the model's output '" + view.outputs(0).name() + "' " +
                  std::to_string(classes) + " values; give a line for each");
}

struct Started {
  v1::Job job;
  InferenceView view;  // without result and outputs
};

absl::StatusOr<Started> Start(Session& session, const InferArguments& a) {
  Started started;
  // What needs no server comes first.
  ER_ASSIGN_OR_RETURN(SampleOptions options, OptionsOf(a));
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.input, kMostInputFileBytes));
  ER_ASSIGN_OR_RETURN(started.view.labels, ReadLabels(a.labels));
  ER_ASSIGN_OR_RETURN(v1::JobSpec spec, MakeSpec(session, a.submission));
  ER_ASSIGN_OR_RETURN(v1::ModelView view, session.connection().GetModelView(spec.model()));
  ER_ASSIGN_OR_RETURN(InputSpec input, OnlyInput(view));
  ER_ASSIGN_OR_RETURN(Sample sample, MakeSample(a.input, bytes, input, options));
  started.view.input_elements = sample.array.elements();
  started.view.file = a.input;
  started.view.description = sample.description;
  ER_RETURN_IF_ERROR(CheckLabels(started.view.labels, view, started.view.input_elements));
  // A dataset of one sample; where the model's own batch is larger, that batch is the sample.
  if (input.shape[0] != 1) sample.array.shape.insert(sample.array.shape.begin(), 1);
  ER_ASSIGN_OR_RETURN(std::string npz, WriteNpz({{"x", std::move(sample.array)}}));
  ER_ASSIGN_OR_RETURN(v1::Dataset dataset,
                      session.connection().UploadDatasetBytes(a.input + ".npz", npz));
  spec.set_dataset(dataset.name());
  ER_ASSIGN_OR_RETURN(started.job, Submit(session, spec));
  return started;
}

int Infer(Session& session, const InferArguments& arguments) {
  auto started = Start(session, arguments);
  if (!started.ok()) return session.Report(started.status());
  auto outcome = Follow(session, started->job.name());
  if (!outcome.ok()) return session.Report(outcome.status());
  if (outcome->job().state() != v1::Job::SUCCEEDED || outcome->results_size() == 0) {
    return PrintOutcome(session, *outcome);
  }
  InferenceView& view = started->view;
  view.result = outcome->results(0);
  auto outputs = session.connection().GetResultOutputs(view.result.name(), /*host=*/false);
  if (!outputs.ok()) return session.Report(outputs.status());
  view.outputs = *std::move(outputs);
  session.Print({{"job", ToJson(outcome->job())},
                 {"results", nlohmann::ordered_json::array({ToJson(view.result)})},
                 {"inference", InferenceJson(view)}},
                RenderInference(view));
  return kSucceeded;
}

}  // namespace

void AddInferCommand(CLI::App& app, Session& session) {
  CLI::App* infer = app.add_subcommand("infer", "Runs one picture or array through a model");
  auto a = std::make_shared<InferArguments>();
  DeclareSubmission(infer, a->submission);
  infer->add_option("--input", a->input, "a .png, .npy or .csv")->required();
  infer->add_option("--labels", a->labels, "a text file with a line for each class");
  infer->add_flag("--resize", a->resize, "scale a png of another size (triangle filter)");
  CLI::Option* range =
      infer->add_option("--range", a->range, "what a png's 0..255 becomes: LOW..HIGH")
          ->capture_default_str();
  infer->add_option("--mean", a->mean, "then subtract: a number, or one for each channel");
  infer->add_option("--std", a->deviation, "then divide by: likewise");
  infer->footer("Example:\n  edgerack infer mnist.tflite --board virtual-f746 --input five.png");
  OnRun(infer, session, [&session, a, range] {
    a->range_given = range->count() > 0;
    return Infer(session, *a);
  });
}

}  // namespace edgerack::cli
