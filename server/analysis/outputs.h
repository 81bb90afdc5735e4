// Looks into raw output bytes: which class won, and whether two executions agree.
#ifndef SERVER_ANALYSIS_OUTPUTS_H_
#define SERVER_ANALYSIS_OUTPUTS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server/core/tensor.h"

namespace edgerack::analysis {

// Real value of element `index` of the tensor that starts at `bytes`; 0 outside of it.
double ElementAt(std::string_view bytes, const core::TensorInfo& tensor, int64_t index);

// Share of samples, 0..1, whose largest element of the first output is the label's; of equal ones
// the lowest index counts. `raw` holds one sample of `sample_bytes` per label. Empty without
// labels, without outputs, for an output of one element, or when `raw` is too short.
std::optional<double> Top1(std::string_view raw, int64_t sample_bytes,
                           const std::vector<core::TensorInfo>& outputs,
                           const std::vector<int64_t>& labels);

struct Comparison {
  int64_t samples = 0;
  int64_t bit_exact = 0;         // samples that agree in every bit of every output
  double max_abs_error = 0;      // of any element, as real values; finite
  double max_abs_reference = 0;  // the largest magnitude there was
  // Every sample gave the same bytes.
  bool constant = false, constant_reference = false;
};

// Both hold whole samples of `sample_bytes`; the shorter one decides how many are compared.
Comparison Compare(std::string_view raw, std::string_view reference, int64_t sample_bytes,
                   const std::vector<core::TensorInfo>& outputs);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_OUTPUTS_H_
