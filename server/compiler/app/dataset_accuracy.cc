#include "server/compiler/app/dataset_accuracy.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/compiler/validate/error_sums.h"

namespace edgerack::compiler {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson FiguresJson(const AccuracyFigures& figures) {
  OrderedJson json = OrderedJson::object();
  if (figures.top1) json["top1"] = *figures.top1;
  if (figures.rmse) json["rmse"] = *figures.rmse;
  if (figures.mae) json["mae"] = *figures.mae;
  if (figures.cos) json["cos"] = *figures.cos;
  return json;
}

absl::StatusOr<DatasetSamples> SamplesFor(const NpyArchive& dataset, const Executable& executable,
                                          int64_t most) {
  return ReadSamples(dataset, executable.traced.package, most);
}

absl::StatusOr<Scores> ScoresOf(const Executable& executable, const DatasetSamples& samples) {
  ER_ASSIGN_OR_RETURN(
      ScoredExecution execution,
      RunAll("", executable.bytes, executable.traced.package, samples, "reference"));
  return std::move(execution.scores);
}

}  // namespace

absl::StatusOr<DatasetAccuracy> DatasetAccuracy::Of(const CompileRequest& request, int64_t most,
                                                    Clock& clock) {
  DatasetAccuracy accuracy(*request.dataset, request.options.carry_state, most);
  ER_ASSIGN_OR_RETURN(const Executable original, OriginalFor(request, clock));
  ER_ASSIGN_OR_RETURN(const DatasetSamples samples, SamplesFor(*accuracy.dataset_, original, most));
  ER_ASSIGN_OR_RETURN(Scores scores, ScoresOf(original, samples));
  accuracy.samples_ = samples.count;
  if (const NpyArray* y = FindArray(*accuracy.dataset_, "y")) {
    ER_ASSIGN_OR_RETURN(accuracy.truth_, ReadTruth(*y, original.traced.package, samples.held,
                                                   samples.count, scores.classes));
    accuracy.before_ = accuracy.Judge(scores);
  } else {
    accuracy.truth_.targets = std::move(scores.values);
    accuracy.against_original_ = true;
  }
  return accuracy;
}

absl::StatusOr<AccuracyFigures> DatasetAccuracy::After(const Graph& graph) const {
  ER_ASSIGN_OR_RETURN(const Executable executable, ForThisMachine(graph, carry_state_));
  ER_ASSIGN_OR_RETURN(const DatasetSamples samples, SamplesFor(*dataset_, executable, most_));
  ER_ASSIGN_OR_RETURN(const Scores scores, ScoresOf(executable, samples));
  return Judge(scores);
}

AccuracyFigures DatasetAccuracy::Judge(const Scores& scores) const {
  if (has_labels()) return {TopK(scores, truth_.labels, 1), {}, {}, {}};
  ErrorSums sums;
  for (size_t i = 0; i < truth_.targets.size() && i < scores.values.size(); ++i) {
    sums.Add(truth_.targets[i], scores.values[i]);
  }
  const ErrorFigures figures = sums.Figures();
  return {{}, figures.rmse, figures.mae, figures.cos};
}

OrderedJson DatasetAccuracy::Json(const AccuracyFigures& after) const {
  OrderedJson json = {{"samples", samples_},
                      {"against", against_original_ ? "original"
                                  : has_labels()    ? "labels"
                                                    : "targets"}};
  if (!against_original_) json["before"] = FiguresJson(before_);
  json["after"] = FiguresJson(after);
  return json;
}

std::string AccuracyLine(const OrderedJson& accuracy) {
  std::string line = absl::StrCat("accuracy on ", accuracy["samples"].get<int64_t>(), " samples: ");
  const OrderedJson& after = accuracy["after"];
  if (accuracy["against"] == "original") {
    absl::StrAppendFormat(&line, "against the float model's outputs rmse %.4g, mae %.4g",
                          after["rmse"].get<double>(), after["mae"].get<double>());
    if (after.contains("cos"))
      absl::StrAppendFormat(&line, ", cos %.6f", after["cos"].get<double>());
    return line;
  }
  const OrderedJson& before = accuracy["before"];
  if (accuracy["against"] == "labels") {
    const double was = before["top1"].get<double>(), is = after["top1"].get<double>();
    absl::StrAppendFormat(&line, "top-1 %.4f before, %.4f after quantization (%+.2f points)", was,
                          is, 100 * (is - was));
    return line;
  }
  absl::StrAppendFormat(&line, "rmse %.4g before, %.4g after quantization, mae %.4g and %.4g",
                        before["rmse"].get<double>(), after["rmse"].get<double>(),
                        before["mae"].get<double>(), after["mae"].get<double>());
  return line;
}

}  // namespace edgerack::compiler
