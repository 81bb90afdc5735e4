// Arrays that hold many samples of one tensor: how many, and where in them a bad value lies.
#ifndef BASE_NPY_SAMPLES_H_
#define BASE_NPY_SAMPLES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/npy/npy.h"

namespace edgerack {

struct SampleSplit {
  int64_t samples = 0;
  bool batched = false;  // the array has a dimension of its own for the samples
};

// How a shape may differ from the tensor's and still be understood.
enum class ShapeRule {
  kExact,    // the tensor's shape, without its leading 1, or with a leading dimension for samples
  kSameSize  // always a leading dimension, behind it any shape of as many elements
};

// The samples of `array` for a tensor of shape `wanted`. INVALID_ARGUMENT, class USER, with `code`,
// naming `where` (the array) and `input` (the tensor) with both shapes. May be 0 samples.
absl::StatusOr<SampleSplit> SplitSamples(const NpyArray& array, const std::string& where,
                                         const std::string& input,
                                         const std::vector<int64_t>& wanted, ShapeRule rule,
                                         const char* code);

// Index of the first NaN or infinity, as float32, among the first `count` elements.
std::optional<int64_t> FindNonFinite(const NpyArray& array, int64_t count);

// "sample 3 holds NaN at [2,0,1]": element `index` of an array whose samples have `per_sample`
// elements. The position is that in the array's own shape behind its leading dimension.
std::string NonFiniteText(const NpyArray& array, int64_t index, int64_t per_sample);

}  // namespace edgerack

#endif  // BASE_NPY_SAMPLES_H_
