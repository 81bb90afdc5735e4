// Between arrays of a user and the raw bytes a package takes and gives.
#ifndef SERVER_COMPILER_APP_SAMPLE_IO_H_
#define SERVER_COMPILER_APP_SAMPLE_IO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/npy/npy.h"
#include "server/compiler/emit/package_reader.h"

namespace edgerack::compiler {

enum class Conversion {
  kExact,     // the array holds the tensor's own values; nothing is rescaled
  kQuantize,  // real values become int8 or int16 by the tensor's scale and zero point
};

struct TensorSamples {
  int64_t held = 0;  // samples in the array; `samples` is less where a limit was given
  int64_t samples = 0;
  std::string data;       // `samples` times the tensor's bytes
  int64_t saturated = 0;  // elements that lay outside the type and were clamped
  bool batched = false;   // the array had a leading dimension for the samples
};

// Takes the first `limit` samples (0: all). `adapt_shape` accepts another shape of as many elements
// per sample; otherwise the shape must be the tensor's, with or without a leading N. Errors: class
// USER, code BAD_DATASET, naming tensor, both shapes or types, and for NaN the sample.
absl::StatusOr<TensorSamples> ConvertArray(const NpyArray& array, const std::string& key,
                                           const PackageTensor& tensor, Conversion conversion,
                                           bool adapt_shape, int64_t limit);

// One after another per sample: sample 0 of every tensor, sample 1 of every tensor, …
std::string Interleave(const std::vector<TensorSamples>& tensors,
                       const std::vector<int64_t>& bytes_per_sample);

// The output tensor's samples as an array: shape [N, …] where `batched` or N > 1; float32 by scale
// and zero point where `dequantize` and the tensor is int8.
NpyArray OutputArray(const PackageTensor& tensor, const std::string& raw_outputs,
                     int64_t offset_bytes, int64_t stride_bytes, int64_t samples, bool batched,
                     bool dequantize);

// The array for the model's input number `i`: under its name, "input_i", or the only one of a .npy.
absl::StatusOr<const NpyArray*> FindInput(const NpyArchive& archive, const PackageInfo& package,
                                          size_t i);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_SAMPLE_IO_H_
