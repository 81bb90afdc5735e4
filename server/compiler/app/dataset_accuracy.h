// What quantization costs on a dataset: the model as it came and what was made of it, both run on
// this machine.
#ifndef SERVER_COMPILER_APP_DATASET_ACCURACY_H_
#define SERVER_COMPILER_APP_DATASET_ACCURACY_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "server/compiler/app/compile.h"
#include "server/compiler/app/host_execution.h"
#include "server/compiler/app/scored_run.h"

namespace edgerack::compiler {

// Of the first output: top1 (0..1) against labels, the others against targets.
struct AccuracyFigures {
  std::optional<double> top1, rmse, mae, cos;
};

// Forms of one model on the first samples of one dataset.
class DatasetAccuracy {
 public:
  // Runs the model as it came. `most` samples, 0: all. BAD_DATASET (USER), errors of running.
  static absl::StatusOr<DatasetAccuracy> Of(const CompileRequest& request, int64_t most,
                                            Clock& clock);

  bool has_labels() const { return !truth_.labels.empty(); }
  int64_t samples() const { return samples_; }
  const AccuracyFigures& before() const { return before_; }
  // The same of another form, by the portable kernels, whose bits are the board's.
  absl::StatusOr<AccuracyFigures> After(const Graph& graph) const;
  // {"samples", "against": "labels"|"targets"|"original", "before", "after"}; the last two with
  // "top1", "rmse", "mae", "cos" as far as they apply. Without `y` in the dataset the quantized
  // model's outputs are held against the original's, and there is no "before".
  nlohmann::ordered_json Json(const AccuracyFigures& after) const;

 private:
  DatasetAccuracy(const NpyArchive& dataset, bool carry_state, int64_t most)
      : dataset_(&dataset), carry_state_(carry_state), most_(most) {}

  AccuracyFigures Judge(const Scores& scores) const;

  const NpyArchive* dataset_;  // of the request, which outlives this
  bool carry_state_;
  int64_t most_;
  int64_t samples_ = 0;
  Truth truth_;  // the original's outputs where the dataset has no `y`
  bool against_original_ = false;
  AccuracyFigures before_;
};

// One line: "accuracy on 500 samples: top-1 0.9920 before, 0.9900 after quantization (-0.20
// points)".
std::string AccuracyLine(const nlohmann::ordered_json& accuracy);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_DATASET_ACCURACY_H_
