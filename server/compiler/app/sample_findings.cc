#include "server/compiler/app/sample_findings.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

constexpr char kRealSamples[] = "use real samples, as many and as different as the model will meet";

// Positions of the samples looked at, spread evenly over `samples`.
std::vector<int64_t> Chosen(int64_t samples, int64_t elements) {
  const int64_t count =
      std::clamp<int64_t>(kElementsLookedAt / std::max<int64_t>(elements, 1), 1, samples);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * samples / count);
  return chosen;
}

// None of an input whose samples are too large to be looked at.
std::vector<int64_t> Taken(const std::vector<int64_t>& chosen, int64_t elements) {
  return elements <= kElementsLookedAt ? chosen : std::vector<int64_t>();
}

bool SamplesAreEqual(const InputValues& input) {
  if (input.values.empty()) return false;
  const auto size = static_cast<int64_t>(input.values.size()) / input.samples;
  const auto first = input.values.begin();
  for (int64_t s = 1; s < input.samples; ++s) {
    if (!std::equal(first, first + size, first + s * size)) return false;
  }
  return true;
}

// Whether neighbours along some dimension are related; true also where there are too few to tell.
bool HasStructure(const InputValues& input, double mean, double variance) {
  bool judged = false;
  int64_t stride = 1;
  for (size_t d = input.shape.size(); d-- > 0; stride *= input.shape[d]) {
    const int64_t length = input.shape[d];
    if (length < 4) continue;
    double sum = 0;
    int64_t pairs = 0;
    const auto count = static_cast<int64_t>(input.values.size());
    for (int64_t i = 0; i + stride < count; ++i) {
      if (i / stride % length == length - 1) continue;  // the last of its row
      sum += (input.values[static_cast<size_t>(i)] - mean) *
             (input.values[static_cast<size_t>(i + stride)] - mean);
      ++pairs;
    }
    if (pairs < kPairsForNoise) continue;
    judged = true;
    const auto n = static_cast<double>(pairs);
    if (std::abs(sum / n / variance) >= 4 / std::sqrt(n)) return true;
  }
  return !judged;
}

void JudgeInput(const InputValues& input, std::vector<Finding>& findings) {
  if (input.values.empty()) return;
  const auto [low, high] = std::minmax_element(input.values.begin(), input.values.end());
  if (*low == *high) {
    if (input.values.size() == 1) return;
    findings.push_back({"CONSTANT_INPUT", Severity::kWarning, "",
                        absl::StrFormat("input '%s': every value is %g; most mistakes leave no "
                                        "trace in such outputs",
                                        input.name, *low),
                        kRealSamples});
    return;
  }
  if (input.int8_steps && input.samples > 1 && *high - *low < kFewestSteps) {
    findings.push_back(
        {"NARROW_INPUT", Severity::kWarning, "",
         absl::StrFormat("input '%s': all values lie within %g of the 256 steps the model's int8 "
                         "input has (%g to %g)",
                         input.name, *high - *low + 1, *low, *high),
         "scale the data as the model was trained, e.g. to 0..255 instead of 0..1; if they are "
         "scaled right, calibrate the model again with real samples"});
    return;
  }
  if (!input.real) return;
  const auto n = static_cast<double>(input.values.size());
  double mean = 0, variance = 0;
  for (double value : input.values) mean += value / n;
  for (double value : input.values) variance += (value - mean) * (value - mean) / n;
  if (!(variance > 0) || HasStructure(input, mean, variance)) return;
  findings.push_back(
      {"RANDOM_INPUT", Severity::kWarning, "",
       absl::StrCat("input '", input.name, "': its values look like random noise, neighbours have ",
                    "nothing to do with each other; noise leads most networks to one answer and "
                    "hides mistakes, and ranges calibrated with it are not those of real data"),
       kRealSamples});
}

}  // namespace

void FindInSamples(const std::vector<InputValues>& inputs, std::vector<Finding>& findings) {
  const bool several = !inputs.empty() && inputs[0].samples > 1;
  if (several && std::all_of(inputs.begin(), inputs.end(), SamplesAreEqual)) {
    findings.push_back({"EQUAL_SAMPLES", Severity::kWarning, "",
                        absl::StrCat("all ", inputs[0].samples,
                                     " samples looked at are the same one; they show and calibrate "
                                     "no more than one would"),
                        kRealSamples});
  }
  for (const InputValues& input : inputs) JudgeInput(input, findings);
}

void FindInDataset(const PackageInfo& package, const std::string& raw, int64_t samples,
                   std::vector<Finding>& findings) {
  const int64_t stride = package.InputBytes();
  if (samples < 1 || stride < 1) return;
  const std::vector<int64_t> chosen = Chosen(samples, stride);
  std::vector<InputValues> inputs;
  int64_t offset = 0;
  for (int index : package.inputs) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(index)];
    InputValues input = {tensor.name, tensor.shape, static_cast<int64_t>(chosen.size()), {}};
    input.int8_steps = tensor.dtype == DType::kS8 && tensor.scale > 0;
    input.real = tensor.dtype == DType::kF32 || tensor.scale > 0;
    const int64_t elements = ElementCount(tensor.shape);
    for (int64_t sample : Taken(chosen, elements)) {
      const std::string_view bytes = std::string_view(raw).substr(
          static_cast<size_t>(sample * stride + offset), static_cast<size_t>(tensor.bytes));
      for (int64_t e = 0; e < elements; ++e) {
        input.values.push_back(ElementAsDouble(tensor.dtype, bytes, static_cast<size_t>(e)));
      }
    }
    offset += tensor.bytes;
    inputs.push_back(std::move(input));
  }
  FindInSamples(inputs, findings);
}

void FindInCalibration(const CalibrationData& data, const Graph& graph,
                       std::vector<Finding>& findings) {
  if (data.samples < 1) return;
  if (data.samples == 1) {
    findings.push_back({"SINGLE_SAMPLE", Severity::kWarning, "",
                        "the calibration has one sample: the ranges it gives clamp what lies "
                        "outside of it in every other one",
                        "calibrate with a hundred real samples or more"});
  }
  std::vector<InputValues> inputs;
  for (size_t i = 0; i < data.inputs.size(); ++i) {
    const CalibrationInput& given = data.inputs[i];
    const Tensor& tensor = graph.tensor(graph.inputs[i]);
    const std::vector<int64_t> chosen = Chosen(data.samples, given.elements);
    InputValues input = {tensor.name, tensor.shape, static_cast<int64_t>(chosen.size()), {}};
    input.real = tensor.dtype == DType::kF32 || tensor.quantization.quantized();
    for (int64_t sample : Taken(chosen, given.elements)) {
      const auto from = given.values.begin() + sample * given.elements;
      input.values.insert(input.values.end(), from, from + given.elements);
    }
    inputs.push_back(std::move(input));
  }
  FindInSamples(inputs, findings);
}

}  // namespace edgerack::compiler
