// What a model answered to one sample: real values, classes, and arrays for a file.
#ifndef CLIENT_CLI_OUTPUT_INFERENCE_H_
#define CLIENT_CLI_OUTPUT_INFERENCE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/npy/npy.h"
#include "edgerack/v1/results.pb.h"

namespace edgerack::cli {

// Real values of one sample of the tensor: quantized ones by scale and zero point. Empty when the
// message has no such sample.
std::vector<double> RealValues(const v1::OutputTensor& output, int64_t sample);

struct RankedClass {
  int64_t index = 0;
  double value = 0;
};

// The `count` largest values, largest first; of equal ones the lowest index first.
std::vector<RankedClass> Largest(const std::vector<double>& values, size_t count);

// True for a vector of at least two values whose length is not that of the input, which would be a
// signal and not classes.
bool LooksLikeClasses(const v1::TensorDescription& output, int64_t input_elements);

// One array per output, the samples along the first dimension, and `sample_index`. Names are the
// model's; a missing or repeated one becomes output_0, …. With `real` float32 instead of the
// model's dtype.
NpyArchive OutputArchive(const v1::ResultOutputs& outputs, bool real);

// The lines of a text file; a last empty one is none.
std::vector<std::string> LabelLines(const std::string& text);

struct InferenceView {
  std::string file;
  std::string description;  // of the way from file to input
  v1::Result result;
  v1::ResultOutputs outputs;  // of one sample
  int64_t input_elements = 0;
  std::vector<std::string> labels;  // empty, or one for each class
};

// {"input", "outputs", "top", "latency_ms", "estimated", "equals_host"}.
nlohmann::ordered_json InferenceJson(const InferenceView& view);
std::string RenderInference(const InferenceView& view);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_INFERENCE_H_
