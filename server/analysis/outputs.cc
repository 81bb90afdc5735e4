#include "server/analysis/outputs.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace edgerack::analysis {
namespace {

template <typename T>
double Read(std::string_view bytes, int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + static_cast<size_t>(index) * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

// JSON has no infinity and no NaN.
double Finite(double value) {
  if (std::isnan(value)) return std::numeric_limits<double>::max();
  return std::min(value, std::numeric_limits<double>::max());
}

std::string_view Sample(std::string_view raw, int64_t sample_bytes, int64_t sample) {
  return raw.substr(static_cast<size_t>(sample * sample_bytes), static_cast<size_t>(sample_bytes));
}

bool AllEqual(std::string_view raw, int64_t sample_bytes, int64_t samples) {
  for (int64_t i = 1; i < samples; ++i) {
    if (Sample(raw, sample_bytes, i) != Sample(raw, sample_bytes, 0)) return false;
  }
  return samples > 0;
}

// The tensor's bytes within one sample; empty when they are not there.
std::string_view TensorBytes(std::string_view sample, const core::TensorInfo& tensor) {
  const int64_t bytes = core::ElementCount(tensor.shape) * core::DtypeBytes(tensor.dtype);
  if (bytes <= 0 || tensor.offset_bytes < 0 ||
      tensor.offset_bytes + bytes > static_cast<int64_t>(sample.size())) {
    return {};
  }
  return sample.substr(static_cast<size_t>(tensor.offset_bytes), static_cast<size_t>(bytes));
}

}  // namespace

double ElementAt(std::string_view bytes, const core::TensorInfo& tensor, int64_t index) {
  const int64_t size = core::DtypeBytes(tensor.dtype);
  if (size == 0 || index < 0 || (index + 1) * size > static_cast<int64_t>(bytes.size())) return 0;
  if (tensor.dtype == "float32") return Read<float>(bytes, index);
  double value = 0;
  if (tensor.dtype == "int8") value = Read<int8_t>(bytes, index);
  if (tensor.dtype == "uint8" || tensor.dtype == "bool") value = Read<uint8_t>(bytes, index);
  if (tensor.dtype == "int16") value = Read<int16_t>(bytes, index);
  if (tensor.dtype == "int32") value = Read<int32_t>(bytes, index);
  if (tensor.dtype == "int64") value = Read<int64_t>(bytes, index);
  return tensor.scale == 0 ? value
                           : tensor.scale * (value - static_cast<double>(tensor.zero_point));
}

std::optional<double> Top1(std::string_view raw, int64_t sample_bytes,
                           const std::vector<core::TensorInfo>& outputs,
                           const std::vector<int64_t>& labels) {
  if (labels.empty() || outputs.empty() || sample_bytes <= 0) return std::nullopt;
  if (raw.size() / static_cast<size_t>(sample_bytes) < labels.size()) return std::nullopt;
  const core::TensorInfo& tensor = outputs.front();
  const int64_t classes = core::ElementCount(tensor.shape);
  if (classes < 2) return std::nullopt;
  int64_t right = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    std::string_view bytes =
        TensorBytes(Sample(raw, sample_bytes, static_cast<int64_t>(i)), tensor);
    if (bytes.empty()) return std::nullopt;
    int64_t best = 0;
    for (int64_t c = 1; c < classes; ++c) {
      if (ElementAt(bytes, tensor, c) > ElementAt(bytes, tensor, best)) best = c;
    }
    if (best == labels[i]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

Comparison Compare(std::string_view raw, std::string_view reference, int64_t sample_bytes,
                   const std::vector<core::TensorInfo>& outputs) {
  Comparison comparison;
  if (sample_bytes <= 0) return comparison;
  comparison.samples = static_cast<int64_t>(std::min(raw.size(), reference.size())) / sample_bytes;
  comparison.constant = AllEqual(raw, sample_bytes, comparison.samples);
  comparison.constant_reference = AllEqual(reference, sample_bytes, comparison.samples);
  for (int64_t i = 0; i < comparison.samples; ++i) {
    const std::string_view ours = Sample(raw, sample_bytes, i);
    const std::string_view theirs = Sample(reference, sample_bytes, i);
    const bool exact = ours == theirs;
    if (exact) ++comparison.bit_exact;
    for (const core::TensorInfo& tensor : outputs) {
      const std::string_view a = TensorBytes(ours, tensor), b = TensorBytes(theirs, tensor);
      if (a.empty()) continue;
      for (int64_t e = 0; e < core::ElementCount(tensor.shape); ++e) {
        const double reference_value = ElementAt(b, tensor, e);
        if (std::isfinite(reference_value)) {
          comparison.max_abs_reference =
              std::max(comparison.max_abs_reference, std::abs(reference_value));
        }
        if (exact) continue;
        const double value = ElementAt(a, tensor, e);
        // Equal infinities and NaN at the same place are no difference.
        if (value == reference_value || (std::isnan(value) && std::isnan(reference_value)))
          continue;
        comparison.max_abs_error =
            std::max(comparison.max_abs_error, Finite(std::abs(value - reference_value)));
      }
    }
  }
  return comparison;
}

}  // namespace edgerack::analysis
