// Why outputs that somebody got on a board are not the model's: the shape of the API's message.
#ifndef SERVER_CORE_DIAGNOSIS_H_
#define SERVER_CORE_DIAGNOSIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgerack::core {

struct OutputMatch {
  std::optional<int64_t> samples;
  std::optional<int64_t> equal_samples;
  std::optional<int64_t> values;
  std::optional<int64_t> equal_values;
  std::optional<int64_t> near_values;
  std::optional<double> max_error;
  std::optional<double> mean_steps;
};

struct DiagnosedCause {
  std::string code;
  std::optional<double> confidence;
  std::string what;
  std::string evidence;
  std::string fix;
  std::optional<OutputMatch> before;
  std::optional<OutputMatch> after;
};

struct Diagnosis {
  std::optional<bool> agrees;
  std::optional<int64_t> samples;
  std::vector<DiagnosedCause> causes;
  std::vector<std::vector<std::string>> indistinguishable;
  std::vector<std::string> notes;
  std::optional<int64_t> hypotheses;
  std::optional<int64_t> inferences;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_DIAGNOSIS_H_
