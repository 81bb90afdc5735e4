// A dataset's samples as the bytes a package takes.
#ifndef SERVER_COMPILER_APP_DATASET_H_
#define SERVER_COMPILER_APP_DATASET_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/npy/npy.h"
#include "server/compiler/emit/package_reader.h"

namespace edgerack::compiler {

struct DatasetSamples {
  std::string raw;  // the inputs of sample 0 one after another, then sample 1, ...
  int64_t count = 0;
  int64_t held = 0;  // in the dataset, before the limit
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
};

// Array `x` where the model has one input, else (or without `x`) the model's names. The first
// `limit` samples, 0: all. Real values are quantized for int8 inputs. BAD_DATASET (USER).
absl::StatusOr<DatasetSamples> ReadSamples(const NpyArchive& archive, const PackageInfo& package,
                                           int64_t limit);

// With one output of several values, labels are its classes: another number can never be right.
// BAD_DATASET (USER) names the first of the `samples` labels that is none.
absl::Status CheckLabels(const NpyArray& y, int64_t samples, const PackageInfo& package);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_DATASET_H_
