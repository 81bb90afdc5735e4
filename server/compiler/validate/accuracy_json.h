// What each execution is worth against the dataset's labels or targets, and against the others.
#ifndef SERVER_COMPILER_VALIDATE_ACCURACY_JSON_H_
#define SERVER_COMPILER_VALIDATE_ACCURACY_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/compiler/validate/classification.h"

namespace edgerack::compiler {

struct ScoredExecution {
  std::string name;              // "original", "compiled", "package", "board"
  Scores scores;                 // real values of the model's first output, a row for each sample
  std::vector<int64_t> indices;  // which sample of the dataset each row is, ascending
};

// {"classes", "executions": [{"name", "samples", "top1", "topk" and "k" where there are more than 5
// classes, "auc", "confusion"}], "between": [{"a", "b", "samples", "agree", "confusion"}]}. Of
// every pair the samples that both have are compared; confusion is [{"counts"}], a row for each
// label (or a's class) and a count for each class.
nlohmann::ordered_json ClassificationJson(const std::vector<ScoredExecution>& executions,
                                          const std::vector<int64_t>& labels);

// {"executions": [{"name", "samples", "rmse", "mae", "max", "r2"}]}: all elements of all samples
// together, r2 = 1 - Σ(y - target)² / Σ(target - mean)². `targets` has a row for each sample.
nlohmann::ordered_json RegressionJson(const std::vector<ScoredExecution>& executions,
                                      const std::vector<double>& targets);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_ACCURACY_JSON_H_
