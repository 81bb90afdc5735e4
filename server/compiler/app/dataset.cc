#include "server/compiler/app/dataset.h"

#include <cstdio>

#include "server/compiler/app/sample_io.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status Bad(const std::string& message) { return Refuse("BAD_DATASET", message); }

// `x` where the model has one input, else (or without `x`) the model's names.
absl::StatusOr<const NpyArray*> DatasetInput(const NpyArchive& archive, const PackageInfo& package,
                                             size_t i) {
  if (package.inputs.size() == 1) {
    if (const NpyArray* x = FindArray(archive, "x")) return x;
  }
  auto found = FindInput(archive, package, i);
  if (!found.ok() && package.inputs.size() == 1) {
    return Bad(ErrorMessageOf(found.status()) + ", or 'x'");
  }
  return found;
}

}  // namespace

absl::StatusOr<DatasetSamples> ReadSamples(const NpyArchive& archive, const PackageInfo& package,
                                           int64_t limit) {
  DatasetSamples out;
  std::vector<TensorSamples> tensors;
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < package.inputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.inputs[i])];
    ER_ASSIGN_OR_RETURN(const NpyArray* array, DatasetInput(archive, package, i));
    const std::string key = FindArray(archive, "x") == array ? "x" : tensor.name;
    ER_ASSIGN_OR_RETURN(TensorSamples samples,
                        ConvertArray(*array, key, tensor, Conversion::kQuantize, true, limit));
    if (!tensors.empty() && samples.held != tensors[0].held) {
      return Bad("array '" + key + "' has " + std::to_string(samples.held) +
                 " samples, the arrays before it " + std::to_string(tensors[0].held) +
                 "; each sample needs a value for every input");
    }
    if (samples.saturated > 0) {
      const double share = static_cast<double>(samples.saturated) /
                           static_cast<double>(samples.samples * ElementCount(tensor.shape));
      out.findings.push_back(
          {{"code", "SATURATED_INPUT"},
           {"severity", "warning"},
           {"message", "array '" + key + "': " + std::to_string(samples.saturated) + " values (" +
                           std::to_string(100.0 * share) + " %) lie outside what " +
                           DTypeName(tensor.dtype) + " input '" + tensor.name +
                           "' can hold and were clamped"},
           {"remedy", "scale the data as the model was trained, e.g. to 0..1 instead of 0..255"}});
    }
    out.count = samples.samples;
    out.held = samples.held;
    tensors.push_back(std::move(samples));
    sizes.push_back(tensor.bytes);
  }
  out.raw = Interleave(tensors, sizes);
  return out;
}

absl::Status CheckLabels(const NpyArray& y, int64_t samples, const PackageInfo& package) {
  if (package.outputs.size() != 1) return absl::OkStatus();
  const PackageTensor& output = package.tensors[static_cast<size_t>(package.outputs[0])];
  const int64_t classes = ElementCount(output.shape);
  if (classes < 2) return absl::OkStatus();
  for (int64_t i = 0; i < samples; ++i) {
    const double label = y.Value(i);
    if (label >= 0 && label < static_cast<double>(classes)) continue;
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", label);
    return Bad("array 'y': sample " + std::to_string(i) + " has label " + text +
               ", the model's output '" + output.name + "' has the classes 0 to " +
               std::to_string(classes - 1) + "; correct the labels, or leave y out");
  }
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
