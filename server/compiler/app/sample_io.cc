#include "server/compiler/app/sample_io.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/npy/samples.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status Bad(const std::string& message) { return Refuse("BAD_DATASET", message); }

// Range of the integers a type can hold.
std::pair<double, double> IntegerRange(DType dtype) {
  switch (dtype) {
    case DType::kS8:
      return {-128, 127};
    case DType::kU8:
      return {0, 255};
    case DType::kS16:
      return {-32768, 32767};
    case DType::kBool:
      return {0, 1};
    case DType::kS32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    default:
      return {-9007199254740992.0, 9007199254740992.0};
  }
}

// What real values are quantized for.
bool IsQuantized(const PackageTensor& tensor) {
  return (tensor.dtype == DType::kS8 || tensor.dtype == DType::kS16) && tensor.scale > 0;
}

class Converter {
 public:
  Converter(const NpyArray& array, const std::string& where, const PackageTensor& tensor,
            TensorSamples& out)
      : array_(array), where_(where), tensor_(tensor), out_(out) {}

  absl::Status Run(Conversion conversion) {
    const int64_t per_sample = ElementCount(tensor_.shape);
    const int64_t count = out_.samples * per_sample;
    const bool to_float = tensor_.dtype == DType::kF32;
    const bool from_float = array_.kind == 'f';
    const bool same_integers =
        array_.kind == 'i' && array_.item_bytes == DTypeBytes(tensor_.dtype) && !to_float;
    if (same_integers) {
      out_.data = array_.data.substr(0, static_cast<size_t>(count * array_.item_bytes));
      return absl::OkStatus();
    }
    const bool quantize = conversion == Conversion::kQuantize && IsQuantized(tensor_);
    if (!to_float && from_float && !quantize) {
      return Bad(where_ + " holds " + array_.TypeName() + ", the model's input '" + tensor_.name +
                 "' is " + DTypeName(tensor_.dtype) +
                 "; quantize the values first, or let --quantize-io do it");
    }
    if (to_float && !from_float && conversion == Conversion::kExact) {
      return Bad(where_ + " holds " + array_.TypeName() + ", the model's input '" + tensor_.name +
                 "' is float32; convert the values with astype(np.float32) and the scaling the "
                 "model was trained with");
    }
    // A run by hand may feed them on purpose: there are operators that look for them.
    const bool looked_at = !to_float || conversion != Conversion::kExact;
    if (auto bad = looked_at ? FindNonFinite(array_, count) : std::nullopt) {
      return Bad(where_ + ": " + NonFiniteText(array_, *bad, per_sample) + "; clean the data");
    }
    out_.data.reserve(static_cast<size_t>(count * DTypeBytes(tensor_.dtype)));
    for (int64_t i = 0; i < count; ++i) {
      const double value = array_.Value(i);
      if (to_float) {
        AppendElement(out_.data, static_cast<float>(value));
      } else if (quantize) {
        AppendDouble(tensor_.dtype, QuantizeValue(value), out_.data);
      } else {
        ER_RETURN_IF_ERROR(AppendInteger(value, i / per_sample));
      }
    }
    return absl::OkStatus();
  }

 private:
  // As the quantize kernel: single precision, half away from zero, clamped.
  double QuantizeValue(double value) {
    const auto [low, high] = IntegerRange(tensor_.dtype);
    const float steps = std::round(static_cast<float>(value) / tensor_.scale);
    const double q = static_cast<double>(steps + static_cast<float>(tensor_.zero_point));
    if (q < low || q > high) ++out_.saturated;
    return std::clamp(q, low, high);
  }

  absl::Status AppendInteger(double value, int64_t sample) {
    const auto [low, high] = IntegerRange(tensor_.dtype);
    if (value < low || value > high) {
      return Bad(where_ + ": sample " + std::to_string(sample) + " holds " +
                 std::to_string(static_cast<int64_t>(value)) + ", outside the model's " +
                 DTypeName(tensor_.dtype) + " input '" + tensor_.name + "'");
    }
    AppendDouble(tensor_.dtype, value, out_.data);
    return absl::OkStatus();
  }

  const NpyArray& array_;
  const std::string& where_;
  const PackageTensor& tensor_;
  TensorSamples& out_;
};

}  // namespace

absl::StatusOr<TensorSamples> ConvertArray(const NpyArray& array, const std::string& key,
                                           const PackageTensor& tensor, Conversion conversion,
                                           bool adapt_shape, int64_t limit) {
  const std::string where = key.empty() ? "the array" : "array '" + key + "'";
  ER_ASSIGN_OR_RETURN(
      SampleSplit split,
      SplitSamples(array, where, tensor.name, {tensor.shape.begin(), tensor.shape.end()},
                   adapt_shape ? ShapeRule::kSameSize : ShapeRule::kExact, "BAD_DATASET"));
  TensorSamples out;
  out.samples = limit > 0 ? std::min(split.samples, limit) : split.samples;
  out.batched = split.batched;
  out.held = split.samples;
  if (out.samples == 0) {
    return Bad(where + " has shape " + NpyShapeText(array.shape) +
               ": no sample in it; give at least one");
  }
  ER_RETURN_IF_ERROR(Converter(array, where, tensor, out).Run(conversion));
  return out;
}

std::string Interleave(const std::vector<TensorSamples>& tensors,
                       const std::vector<int64_t>& bytes_per_sample) {
  std::string out;
  const int64_t samples = tensors.empty() ? 1 : tensors[0].samples;
  for (int64_t s = 0; s < samples; ++s) {
    for (size_t t = 0; t < tensors.size(); ++t) {
      out.append(tensors[t].data, static_cast<size_t>(s * bytes_per_sample[t]),
                 static_cast<size_t>(bytes_per_sample[t]));
    }
  }
  return out;
}

NpyArray OutputArray(const PackageTensor& tensor, const std::string& raw_outputs,
                     int64_t offset_bytes, int64_t stride_bytes, int64_t samples, bool batched,
                     bool dequantize) {
  NpyArray array;
  const bool real = dequantize && IsQuantized(tensor);
  const bool is_float = real || tensor.dtype == DType::kF32;
  array.kind = is_float                       ? 'f'
               : tensor.dtype == DType::kBool ? 'b'
               : tensor.dtype == DType::kU8   ? 'u'
                                              : 'i';
  array.item_bytes = real ? 4 : static_cast<int>(DTypeBytes(tensor.dtype));
  array.shape.assign(tensor.shape.begin(), tensor.shape.end());
  if (batched || samples > 1) {
    const bool replace = !array.shape.empty() && array.shape[0] == 1;
    if (replace) {
      array.shape[0] = samples;
    } else {
      array.shape.insert(array.shape.begin(), samples);
    }
  }
  for (int64_t s = 0; s < samples; ++s) {
    const std::string sample = raw_outputs.substr(
        static_cast<size_t>(s * stride_bytes + offset_bytes), static_cast<size_t>(tensor.bytes));
    if (!real) {
      array.data += sample;
      continue;
    }
    for (size_t i = 0; i < static_cast<size_t>(ElementCount(tensor.shape)); ++i) {
      const int32_t q = static_cast<int32_t>(ElementAsDouble(tensor.dtype, sample, i));
      AppendElement(array.data, tensor.scale * static_cast<float>(q - tensor.zero_point));
    }
  }
  return array;
}

absl::StatusOr<const NpyArray*> FindInput(const NpyArchive& archive, const PackageInfo& package,
                                          size_t i) {
  const std::string& name = package.tensors[static_cast<size_t>(package.inputs[i])].name;
  for (const std::string& key : {name, "input_" + std::to_string(i)}) {
    if (const NpyArray* array = FindArray(archive, key)) return array;
  }
  const bool plain = archive.size() == 1 && archive[0].first.empty();
  if (plain && package.inputs.size() == 1) return &archive[0].second;
  std::string keys;
  for (const auto& [key, array] : archive) keys += (keys.empty() ? "" : ", ") + key;
  if (keys.empty()) keys = "(none)";
  return Bad("no array for the model's input '" + name + "'; the file has " +
             (plain ? "one array without a name" : "keys " + keys) + ". Use the key '" + name +
             "' or 'input_" + std::to_string(i) + "'");
}

}  // namespace edgerack::compiler
