// From a file (.png, .npy, .csv) to the one sample that a model takes. Pure: bytes in, array out.
#ifndef CLIENT_CLI_IMAGE_SAMPLE_H_
#define CLIENT_CLI_IMAGE_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/npy/npy.h"
#include "client/cli/image/value_scale.h"

namespace edgerack::cli {

struct InputSpec {
  std::string name;
  std::string dtype;           // float32, int8, …
  std::vector<int64_t> shape;  // as the model declares it; images are N, height, width, channels
  double scale = 0;            // real = scale * (q - zero_point); 0: not quantized
  int64_t zero_point = 0;
};

struct SampleOptions {
  bool resize = false;  // a png of another size
  bool scaled = false;  // the user asked for `scale`
  ValueScale scale;     // of a png's pixels
};

struct Sample {
  NpyArray array;  // the input's shape; float32 (the server quantizes), or the input's dtype
  std::string description;  // "28x28 grayscale png → 1x28x28x1 float32, x/255"
};

// The format is that of the file name's end. Values of .npy and .csv are taken as they are: real
// values, or an .npy of the input's own integer type. BAD_INPUT starts with the file's name and
// says what was found and what the model takes: another format than the name says, wrong size or
// number of values, NaN or infinity, an input that is no image.
absl::StatusOr<Sample> MakeSample(const std::string& file_name, const std::string& bytes,
                                  const InputSpec& input, const SampleOptions& options);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_SAMPLE_H_
