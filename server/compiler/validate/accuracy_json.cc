#include "server/compiler/validate/accuracy_json.h"

#include <algorithm>

#include "server/compiler/validate/error_sums.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kTopK = 5;
// A matrix of more classes is read by nobody.
constexpr int64_t kMostConfusedClasses = 100;

Json Matrix(const std::vector<int64_t>& counts, int64_t classes) {
  Json rows = Json::array();
  for (int64_t r = 0; r < classes; ++r) {
    rows.push_back({{"counts", std::vector<int64_t>(counts.begin() + r * classes,
                                                    counts.begin() + (r + 1) * classes)}});
  }
  return rows;
}

Json AgainstLabels(const ScoredExecution& execution, const std::vector<int64_t>& all_labels) {
  const Scores& scores = execution.scores;
  std::vector<int64_t> labels;
  for (int64_t index : execution.indices) labels.push_back(all_labels[static_cast<size_t>(index)]);
  Json json = {
      {"name", execution.name}, {"samples", scores.samples()}, {"top1", TopK(scores, labels, 1)}};
  if (scores.classes > kTopK) {
    json["k"] = kTopK;
    json["topk"] = TopK(scores, labels, kTopK);
  }
  if (auto area = MeanAreaUnderCurve(scores, labels)) json["auc"] = *area;
  if (scores.classes <= kMostConfusedClasses) {
    json["confusion"] =
        Matrix(ConfusionMatrix(labels, Winners(scores), scores.classes), scores.classes);
  }
  return json;
}

Json Between(const ScoredExecution& a, const ScoredExecution& b) {
  const std::vector<int64_t> of_a = Winners(a.scores), of_b = Winners(b.scores);
  std::vector<int64_t> ours, theirs;
  int64_t agree = 0;
  for (size_t i = 0, k = 0; i < of_a.size() && k < of_b.size();) {
    if (a.indices[i] < b.indices[k]) {
      ++i;
    } else if (a.indices[i] > b.indices[k]) {
      ++k;
    } else {
      agree += of_a[i] == of_b[k] ? 1 : 0;
      ours.push_back(of_a[i++]);
      theirs.push_back(of_b[k++]);
    }
  }
  const auto samples = static_cast<int64_t>(ours.size());
  Json json = {{"a", a.name}, {"b", b.name}, {"samples", samples}};
  if (samples == 0) return json;
  json["agree"] = static_cast<double>(agree) / static_cast<double>(samples);
  if (a.scores.classes <= kMostConfusedClasses) {
    json["confusion"] = Matrix(ConfusionMatrix(ours, theirs, a.scores.classes), a.scores.classes);
  }
  return json;
}

}  // namespace

Json ClassificationJson(const std::vector<ScoredExecution>& executions,
                        const std::vector<int64_t>& labels) {
  Json json = {{"classes", executions.empty() ? 0 : executions.front().scores.classes}};
  json["executions"] = Json::array();
  json["between"] = Json::array();
  for (size_t i = 0; i < executions.size(); ++i) {
    json["executions"].push_back(AgainstLabels(executions[i], labels));
    for (size_t k = i + 1; k < executions.size(); ++k) {
      json["between"].push_back(Between(executions[i], executions[k]));
    }
  }
  return json;
}

Json RegressionJson(const std::vector<ScoredExecution>& executions,
                    const std::vector<double>& targets) {
  Json json = {{"executions", Json::array()}};
  for (const ScoredExecution& execution : executions) {
    const auto width = static_cast<size_t>(execution.scores.classes);
    ErrorSums sums;
    for (size_t i = 0; i < execution.indices.size(); ++i) {
      const size_t row = static_cast<size_t>(execution.indices[i]) * width;
      for (size_t k = 0; k < width; ++k) {
        sums.Add(targets[row + k], execution.scores.values[i * width + k]);
      }
    }
    const ErrorFigures f = sums.Figures();
    Json to = {{"name", execution.name},
               {"samples", execution.indices.size()},
               {"rmse", f.rmse},
               {"mae", f.mae},
               {"max", f.max}};
    if (f.nse) to["r2"] = *f.nse;
    json["executions"].push_back(std::move(to));
  }
  return json;
}

}  // namespace edgerack::compiler
