#include <optional>

#include "base/text/table.h"
#include "base/text/validation_table.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/job_outcome.h"
#include "client/cli/commands/result_outputs.h"
#include "client/cli/commands/submission.h"
#include "client/cli/metric/user_metric.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

struct ValidateArguments {
  SubmissionArguments submission;
  std::string inputs;
  int samples = 4;
  std::string accuracy = "sampled";
  std::string metric;  // FILE.py:FUNCTION; empty = none
};

// More samples than a job takes are still refused by the server, not cut off here.
constexpr char kEverySample[] = "100000";

absl::StatusOr<v1::Job> SubmitTraced(Session& session, const ValidateArguments& a) {
  ER_ASSIGN_OR_RETURN(v1::JobSpec spec, MakeSpec(session, a.submission));
  ER_ASSIGN_OR_RETURN(v1::Dataset dataset, session.connection().UploadDataset(a.inputs));
  spec.set_dataset(dataset.name());
  auto& options = *spec.mutable_options();
  options["trace"] = std::to_string(a.samples);
  if (a.accuracy == "sampled") options.insert({"sample_seed", "1"});
  if (a.accuracy == "board") options["board_samples"] = kEverySample;
  if (a.accuracy == "host") options["board_samples"] = std::to_string(a.samples);
  // What is compared needs no timing beyond one run.
  options.insert({"samples", "1"});
  options.insert({"warmup", "0"});
  return Submit(session, spec);
}

// Which samples the figures of accuracy are of, where there are any, and what is proven of them.
std::string Coverage(const v1::Result& result, bool accuracy, const std::string& mode) {
  const auto& agreement = result.agreement();
  const std::string proven = Grouped(agreement.bit_exact()) + " of " +
                             Grouped(agreement.samples()) +
                             " samples that ran on the board are bit-exact with this package on "
                             "the host";
  if (!accuracy) return proven;
  const std::string all = Grouped(result.outputs().dataset_samples());
  if (mode == "board") return "accuracy: every one of " + all + " samples on the board; " + proven;
  if (mode == "host") return "accuracy: " + all + " samples on the host only; " + proven;
  return "accuracy: " + all + " samples on the host, those on the board drawn at random; " + proven;
}

// The user's metric of what the board answered and of what this package answers on the host, for
// the samples whose outputs were kept.
absl::StatusOr<nlohmann::ordered_json> MetricOf(Session& session, const MetricFunction& metric,
                                                const ValidateArguments& a,
                                                const v1::Result& result) {
  nlohmann::ordered_json json = {{"name", metric.name}};
  for (const bool host : {false, true}) {
    ER_ASSIGN_OR_RETURN(FetchedOutputs fetched, FetchOutputs(session, result.name(), {host, true}));
    json["samples"] = fetched.outputs.samples();
    ER_ASSIGN_OR_RETURN(json[host ? "host" : "board"], Evaluate(metric, fetched.npz, a.inputs));
  }
  return json;
}

std::string MetricText(const nlohmann::ordered_json& metric) {
  Table table({{"metric"}, {"board", Table::Align::kRight}, {"host", Table::Align::kRight}});
  for (const auto& [name, value] : metric["board"].items()) {
    table.Add({name, value.dump(), metric["host"].value(name, nlohmann::ordered_json()).dump()});
  }
  return "\n" + table.Render() + "of " + Grouped(metric["samples"].get<int64_t>()) +
         " samples that ran on the board\n";
}

int Validate(Session& session, const ValidateArguments& a) {
  std::optional<MetricFunction> metric;
  if (!a.metric.empty()) {
    auto parsed = ParseMetric(a.metric);
    if (!parsed.ok()) return session.Report(parsed.status());
    metric = *std::move(parsed);
  }
  auto job = SubmitTraced(session, a);
  if (!job.ok()) return session.Report(job.status());
  auto outcome = Follow(session, job->name());
  if (!outcome.ok()) return session.Report(outcome.status());
  if (outcome->job().state() != v1::Job::SUCCEEDED || outcome->results_size() == 0) {
    return PrintOutcome(session, *outcome);
  }
  const v1::Result& result = outcome->results(0);
  auto validation = session.connection().GetResultValidation(result.name());
  if (!validation.ok()) return session.Report(validation.status());
  const nlohmann::ordered_json json = ToJson(*validation);
  const bool agrees = result.agreement().bit_exact() == result.agreement().samples();
  std::string text = "result " + result.id() + " on " + result.board().id() + " (" +
                     result.model_display_name() + ")\n\n" + RenderValidation(json) + "\n" +
                     Coverage(result, validation->has_accuracy(), a.accuracy) + "\n";
  nlohmann::ordered_json document = {
      {"job", ToJson(outcome->job())}, {"result", ToJson(result)}, {"validation", json}};
  if (metric) {
    auto values = MetricOf(session, *metric, a, result);
    if (!values.ok()) return session.Report(values.status());
    text += MetricText(*values);
    document["metric"] = *std::move(values);
  }
  session.Print(document, text);
  return validation->divergences().empty() && agrees ? kSucceeded : kFailed;
}

}  // namespace

void AddValidateCommand(CLI::App& app, Session& session) {
  CLI::App* validate = app.add_subcommand(
      "validate", "Finds the layer where a model on a board parts from the model on the PC");
  auto a = std::make_shared<ValidateArguments>();
  DeclareSubmission(validate, a->submission);
  validate->add_option("--inputs", a->inputs, "an npz with x and maybe y, as --dataset of run")
      ->required();
  validate->add_option("--samples", a->samples, "how many are compared layer by layer")
      ->check(CLI::Range(1, 16));
  validate
      ->add_option(
          "--accuracy", a->accuracy,
          "board: every sample runs on the board; sampled: 100 random ones; host: none but "
          "those of --samples")
      ->check(CLI::IsMember({"board", "sampled", "host"}));
  validate->add_option("--metric", a->metric,
                       "FILE.py:FUNCTION: your own metric, called as FUNCTION(outputs, y)");
  validate->footer(
      "Exit status: 0 no layer diverges; 1 one does, or the job failed.\n"
      "Example:\n  edgerack validate model.tflite --board kind=virtual-f746 --inputs test.npz");
  OnRun(validate, session, [&session, a] { return Validate(session, *a); });
}

}  // namespace edgerack::cli
