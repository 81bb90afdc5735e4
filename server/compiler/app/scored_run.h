// What a package gives for a dataset on this machine, as real values, and what the dataset says.
#ifndef SERVER_COMPILER_APP_SCORED_RUN_H_
#define SERVER_COMPILER_APP_SCORED_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/npy/npy.h"
#include "server/compiler/app/dataset.h"
#include "server/compiler/emit/package_reader.h"
#include "server/compiler/validate/accuracy_json.h"

namespace edgerack::compiler {

// Of the raw outputs of whole samples.
Scores FirstOutput(const PackageInfo& info, const std::string& raw);

// Every sample, in order. `kernels` and errors as RunPackageOnHost() has them.
absl::StatusOr<ScoredExecution> RunAll(const std::string& name, const std::string& package,
                                       const PackageInfo& info, const DatasetSamples& dataset,
                                       const std::string& kernels);

// Array `y` of a dataset: a label for each sample, or a row of targets. One of both is empty.
struct Truth {
  std::vector<int64_t> labels;
  std::vector<double> targets;
};

// `y` has a row for each of the dataset's `held` samples; the first `samples` of them are given.
// `width` is the number of values of the first output. BAD_DATASET (USER).
absl::StatusOr<Truth> ReadTruth(const NpyArray& y, const PackageInfo& info, int64_t held,
                                int64_t samples, int64_t width);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_SCORED_RUN_H_
