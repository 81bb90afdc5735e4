#include "server/compiler/app/scored_run.h"

#include <numeric>

#include "base/files.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {

Scores FirstOutput(const PackageInfo& info, const std::string& raw) {
  const PackageTensor& output = info.tensors[static_cast<size_t>(info.outputs[0])];
  Tensor tensor;
  tensor.dtype = output.dtype;
  tensor.shape = output.shape;
  if (output.scale != 0) tensor.quantization = {{output.scale}, {output.zero_point}, 0};
  Scores scores{tensor.elements(), {}};
  const auto stride = static_cast<size_t>(info.OutputBytes());
  const std::string_view all = raw;
  for (size_t at = 0; stride > 0 && at + stride <= raw.size(); at += stride) {
    const std::vector<double> values =
        RealValues(tensor, all.substr(at, static_cast<size_t>(tensor.bytes())));
    scores.values.insert(scores.values.end(), values.begin(), values.end());
  }
  return scores;
}

absl::StatusOr<ScoredExecution> RunAll(const std::string& name, const std::string& package,
                                       const PackageInfo& info, const DatasetSamples& dataset,
                                       const std::string& kernels) {
  TempDir folder("edgerack-validate-");
  ER_RETURN_IF_ERROR(folder.status());
  const std::filesystem::path file = folder.path() / "model.erp";
  ER_RETURN_IF_ERROR(WriteFileAtomic(file, package));
  ER_ASSIGN_OR_RETURN(std::string outputs,
                      RunPackageOnHost(file, dataset.raw, dataset.count, kernels));
  ScoredExecution execution{name, FirstOutput(info, outputs), {}};
  execution.indices.resize(static_cast<size_t>(dataset.count));
  std::iota(execution.indices.begin(), execution.indices.end(), 0);
  return execution;
}

absl::StatusOr<Truth> ReadTruth(const NpyArray& y, const PackageInfo& info, int64_t held,
                                int64_t samples, int64_t width) {
  const int64_t rows = y.shape.empty() ? 0 : y.shape[0];
  if (rows != held) {
    return Refuse("BAD_DATASET", "array 'y' has shape " + NpyShapeText(y.shape) +
                                     ", the inputs have " + std::to_string(held) + " samples");
  }
  Truth truth;
  if (y.kind != 'f' && y.elements() == rows && width > 1) {
    ER_RETURN_IF_ERROR(CheckLabels(y, samples, info));
    for (int64_t i = 0; i < samples; ++i) {
      truth.labels.push_back(static_cast<int64_t>(y.Value(i)));
    }
    return truth;
  }
  if (y.elements() != rows * width) {
    return Refuse("BAD_DATASET", "array 'y' has shape " + NpyShapeText(y.shape) +
                                     ", the model's first output has " + std::to_string(width) +
                                     " values; give a label or as many targets for each sample");
  }
  for (int64_t i = 0; i < samples * width; ++i) truth.targets.push_back(y.Value(i));
  return truth;
}

}  // namespace edgerack::compiler
