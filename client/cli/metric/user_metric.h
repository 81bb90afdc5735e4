// A metric of the user's own: a Python function of what a model answered and the labels.
#ifndef CLIENT_CLI_METRIC_USER_METRIC_H_
#define CLIENT_CLI_METRIC_USER_METRIC_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"

namespace edgerack::cli {

struct MetricFunction {
  std::filesystem::path file;
  std::string name;
};

// "metrics.py:macro_f1". INVALID_ARGUMENT (BAD_METRIC) for anything else, NOT_FOUND
// (FILE_NOT_FOUND).
absl::StatusOr<MetricFunction> ParseMetric(const std::string& text);

// Runs the function in a Python of its own (EDGERACK_PYTHON, else python3 of the PATH; it needs
// numpy). `outputs_npz` has an array for each output, samples first, and `sample_index`; `dataset`
// may hold `y`, of which the same samples are taken. A number for each name, null for one that is
// not finite. FAILED_PRECONDITION (NO_PYTHON), INVALID_ARGUMENT (METRIC_FAILED) with what the
// function raised, DEADLINE_EXCEEDED (METRIC_TIMEOUT) after 10 minutes.
absl::StatusOr<nlohmann::ordered_json> Evaluate(const MetricFunction& metric,
                                                const std::string& outputs_npz,
                                                const std::filesystem::path& dataset);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_METRIC_USER_METRIC_H_
