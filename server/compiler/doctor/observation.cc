#include "server/compiler/doctor/observation.h"

#include <algorithm>
#include <cmath>

#include "base/npy/samples.h"
#include "server/compiler/app/sample_io.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::doctor {
namespace {

absl::Status Bad(const std::string& message) { return Refuse("BAD_DATASET", message); }

// The array for tensor number `i` of `count`.
absl::StatusOr<const NpyArray*> Find(const NpyArchive& archive, const std::string& kind,
                                     const std::string& name, size_t i, size_t count) {
  std::vector<std::string> keys = {name, kind + "_" + std::to_string(i)};
  if (count == 1) {
    keys.insert(keys.end(), {kind == "input" ? "x" : "y", ""});
  }
  for (const std::string& key : keys) {
    if (const NpyArray* array = FindArray(archive, key)) return array;
  }
  if (count == 1 && archive.size() == 1) return &archive[0].second;
  std::string held;
  for (const auto& entry : archive) held += (held.empty() ? "" : ", ") + entry.first;
  return Bad("no array for the model's " + kind + " '" + name + "'; the file has " +
             (held.empty() ? "none" : held) + ". Use the key '" + name + "' or '" + keys[1] + "'");
}

absl::StatusOr<int64_t> CountSamples(const NpyArray& array, const std::string& what,
                                     const PackageTensor& tensor) {
  const std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
  auto split = SplitSamples(array, what, tensor.name, shape, ShapeRule::kExact, "BAD_DATASET");
  if (!split.ok()) {
    split = SplitSamples(array, what, tensor.name, shape, ShapeRule::kSameSize, "BAD_DATASET");
  }
  if (!split.ok()) return split.status();
  if (split->samples == 0) return Bad(what + " holds no sample; give at least one");
  return split->samples;
}

// The graph's input under the package's name, with its entry quantization where it is float32.
Grid EntryGrid(const Graph& graph, const PackageTensor& tensor) {
  if (tensor.dtype != DType::kF32) return {tensor.scale, tensor.zero_point};
  TensorId id = graph.Find(tensor.name);
  if (id == kNoTensor) return {};
  for (int consumer : graph.Consumers(id)) {
    const Node& node = graph.nodes[static_cast<size_t>(consumer)];
    if (node.op != "quantize") continue;
    const Tensor& y = graph.tensor(node.outputs[0]);
    if (y.dtype == DType::kS8 && y.quantization.per_tensor()) {
      return {y.quantization.scales[0], y.quantization.zero_points[0]};
    }
  }
  return {};
}

std::vector<Shape> ViewsOf(const Graph& graph, const PackageTensor& tensor) {
  std::vector<Shape> views = {tensor.shape};
  TensorId id = graph.Find(tensor.name);
  for (int depth = 0; id != kNoTensor && depth < 3; ++depth) {
    TensorId next = kNoTensor;
    for (int consumer : graph.Consumers(id)) {
      const Node& node = graph.nodes[static_cast<size_t>(consumer)];
      if (node.op != "reshape" && node.op != "quantize") continue;
      next = node.outputs[0];
      views.push_back(graph.tensor(next).shape);
    }
    id = next;
  }
  std::sort(views.begin() + 1, views.end());
  views.erase(std::unique(views.begin() + 1, views.end()), views.end());
  return views;
}

absl::StatusOr<InputSamples> ReadInput(const Subject& subject, const PackageTensor& tensor,
                                       const NpyArray& array, int64_t samples) {
  InputSamples in;
  in.name = tensor.name;
  in.dtype = tensor.dtype;
  in.shape = tensor.shape;
  in.channels_first = subject.format() == "onnx";
  in.grid = EntryGrid(subject.graph(), tensor);
  in.views = ViewsOf(subject.graph(), tensor);
  in.elements = ElementCount(tensor.shape);
  in.bytes = tensor.bytes;
  const bool own_type = array.kind != 'f' && in.dtype != DType::kF32;
  std::vector<float> values;
  values.reserve(static_cast<size_t>(samples * in.elements));
  if (auto bad = FindNonFinite(array, samples * in.elements)) {
    return Bad("input '" + in.name + "': " + NonFiniteText(array, *bad, in.elements) +
               "; give the inputs that were meant");
  }
  for (int64_t i = 0; i < samples * in.elements; ++i) {
    values.push_back(static_cast<float>(array.Value(i)));
  }
  if (own_type && in.grid.exists()) {
    for (float& value : values) value = in.grid.Real(static_cast<int32_t>(value));
  }
  in.raw = in.Encode(values);
  in.real = std::move(values);
  return in;
}

OutputSamples ReadOutput(const PackageTensor& tensor, const NpyArray& array, int64_t samples,
                         int64_t offset_bytes) {
  OutputSamples out;
  out.name = tensor.name;
  out.dtype = tensor.dtype;
  out.shape = tensor.shape;
  if (tensor.dtype != DType::kF32) out.grid = {tensor.scale, tensor.zero_point};
  out.elements = ElementCount(tensor.shape);
  out.offset_bytes = offset_bytes;
  out.bytes = tensor.bytes;
  out.as_real = out.grid.exists() && array.kind == 'f';
  out.given_type = array.TypeName();
  for (int64_t i = 0; i < samples * out.elements; ++i) out.given.push_back(array.Value(i));
  return out;
}

absl::StatusOr<int64_t> Agree(int64_t samples, int64_t before, const std::string& what) {
  if (before == 0 || samples == before) return samples;
  return Bad(what + " has " + std::to_string(samples) + " samples, the arrays before it " +
             std::to_string(before) + "; each sample needs its inputs and outputs");
}

}  // namespace

int8_t Grid::Quantize(float real) const {
  const float q = std::round(real / scale) + static_cast<float>(zero_point);
  return static_cast<int8_t>(std::clamp(q, -128.0f, 127.0f));
}

std::string InputSamples::Encode(const std::vector<float>& values) const {
  std::string bytes_out;
  bytes_out.reserve(values.size() * static_cast<size_t>(DTypeBytes(dtype)));
  for (float value : values) {
    if (dtype == DType::kF32) {
      AppendElement(bytes_out, value);
    } else if (int8()) {
      AppendElement(bytes_out, grid.Quantize(value));
    } else {
      const bool wide = DTypeBytes(dtype) > 1;
      const float low = dtype == DType::kU8 || dtype == DType::kBool ? 0.0f : wide ? -32768 : -128;
      const float high = dtype == DType::kU8     ? 255.0f
                         : dtype == DType::kBool ? 1
                         : wide                  ? 32767
                                                 : 127;
      const double q = grid.exists() ? std::round(value / grid.scale) + grid.zero_point : value;
      AppendDouble(dtype, std::clamp<double>(q, low, high), bytes_out);
    }
  }
  return bytes_out;
}

std::string InputSamples::RawOf(int64_t sample) const {
  return raw.substr(static_cast<size_t>(sample * bytes), static_cast<size_t>(bytes));
}

std::vector<float> InputSamples::RealOf(int64_t sample) const {
  const auto begin = real.begin() + static_cast<std::ptrdiff_t>(sample * elements);
  return {begin, begin + static_cast<std::ptrdiff_t>(elements)};
}

std::string Observation::RawInputs() const {
  std::string raw;
  for (int64_t s = 0; s < samples; ++s) {
    for (const InputSamples& in : inputs) raw += in.RawOf(s);
  }
  return raw;
}

absl::StatusOr<Observation> ReadObservation(const Subject& subject, const NpyArchive& inputs,
                                            const NpyArchive& outputs) {
  const PackageInfo& package = subject.package();
  Observation seen;
  for (size_t i = 0; i < package.inputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.inputs[i])];
    ER_ASSIGN_OR_RETURN(const NpyArray* array,
                        Find(inputs, "input", tensor.name, i, package.inputs.size()));
    const std::string what = "the array for input '" + tensor.name + "'";
    ER_ASSIGN_OR_RETURN(int64_t samples, CountSamples(*array, what, tensor));
    ER_ASSIGN_OR_RETURN(seen.samples, Agree(samples, seen.samples, what));
    ER_ASSIGN_OR_RETURN(InputSamples in, ReadInput(subject, tensor, *array, samples));
    seen.inputs.push_back(std::move(in));
  }
  int64_t offset = 0;
  for (size_t i = 0; i < package.outputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.outputs[i])];
    ER_ASSIGN_OR_RETURN(const NpyArray* array,
                        Find(outputs, "output", tensor.name, i, package.outputs.size()));
    const std::string what = "the array for output '" + tensor.name + "'";
    ER_ASSIGN_OR_RETURN(int64_t samples, CountSamples(*array, what, tensor));
    ER_ASSIGN_OR_RETURN(seen.samples, Agree(samples, seen.samples, what));
    seen.outputs.push_back(ReadOutput(tensor, *array, samples, offset));
    offset += tensor.bytes;
  }
  return seen;
}

}  // namespace edgerack::compiler::doctor
