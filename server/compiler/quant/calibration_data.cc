#include "server/compiler/quant/calibration_data.h"

#include <utility>

#include "base/npy/samples.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr char kCode[] = "BAD_CALIBRATION";

using Entry = std::pair<std::string, NpyArray>;

std::string KeysText(const NpyArchive& archive) {
  std::string keys;
  for (const auto& [key, array] : archive) {
    keys += (keys.empty() ? "'" : ", '") + key.substr(0, 100) + "'";
  }
  return keys;
}

absl::StatusOr<const Entry*> Find(const NpyArchive& archive, const Graph& graph, size_t input) {
  const std::string& name = graph.tensor(graph.inputs[input]).name;
  const std::string number = "input_" + std::to_string(input);
  std::vector<std::string> keys = {name, number};
  if (graph.inputs.size() == 1) keys.insert(keys.end(), {"x", ""});
  for (const std::string& key : keys) {
    for (const Entry& entry : archive) {
      if (entry.first == key) return &entry;
    }
  }
  if (archive.empty()) {
    return Refuse(kCode,
                  "the calibration file holds no arrays; save it with np.savez(file, x=...)");
  }
  return Refuse(kCode, "the calibration file has no array for the model's input '" + name +
                           "', only " + KeysText(archive) + "; name it '" + name + "', '" + number +
                           (graph.inputs.size() == 1 ? "' or 'x'" : "'"));
}

absl::StatusOr<CalibrationInput> ReadInput(const Entry& entry, const Tensor& tensor,
                                           int64_t& samples) {
  const auto& [key, array] = entry;
  const std::string where =
      key.empty() ? "the calibration array" : "calibration array '" + key + "'";
  ER_ASSIGN_OR_RETURN(SampleSplit split, SplitSamples(array, where, tensor.name,
                                                      {tensor.shape.begin(), tensor.shape.end()},
                                                      ShapeRule::kSameSize, kCode));
  if (split.samples == 0) {
    return Refuse(kCode, where + " has shape " + NpyShapeText(array.shape) +
                             ": no sample in it; give some 100 that are typical");
  }
  if (samples != 0 && samples != split.samples) {
    return Refuse(kCode, where + " has " + std::to_string(split.samples) +
                             " samples, the arrays before it " + std::to_string(samples) +
                             "; each sample needs a value for every input");
  }
  samples = split.samples;
  CalibrationInput input{key, tensor.elements(), {}};
  const int64_t count = samples * input.elements;
  if (auto bad = FindNonFinite(array, count)) {
    return Refuse(kCode, where + ": " + NonFiniteText(array, *bad, input.elements) +
                             "; one such value spoils every range, clean the data");
  }
  input.values.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) input.values.push_back(static_cast<float>(array.Value(i)));
  return input;
}

}  // namespace

absl::StatusOr<CalibrationData> ReadCalibration(const NpyArchive& archive, const Graph& graph) {
  CalibrationData data;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    ER_ASSIGN_OR_RETURN(const Entry* entry, Find(archive, graph, i));
    ER_ASSIGN_OR_RETURN(CalibrationInput input,
                        ReadInput(*entry, graph.tensor(graph.inputs[i]), data.samples));
    data.inputs.push_back(std::move(input));
  }
  return data;
}

}  // namespace edgerack::compiler
