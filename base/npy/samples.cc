#include "base/npy/samples.h"

#include <cmath>
#include <numeric>

namespace edgerack {
namespace {

using Dims = std::vector<int64_t>;

int64_t Elements(const Dims& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

Dims WithoutFirst(const Dims& shape) {
  return {shape.empty() ? shape.end() : shape.begin() + 1, shape.end()};
}

// Row-major position of element `index` in `shape`.
std::string PositionText(const Dims& shape, int64_t index) {
  std::string text;
  for (size_t d = shape.size(); d-- > 0;) {
    text = std::to_string(index % shape[d]) + (text.empty() ? "" : "," + text);
    index /= shape[d];
  }
  return "[" + text + "]";
}

}  // namespace

absl::StatusOr<SampleSplit> SplitSamples(const NpyArray& array, const std::string& where,
                                         const std::string& input, const Dims& wanted,
                                         ShapeRule rule, const char* code) {
  const Dims& have = array.shape;
  const Dims rest = WithoutFirst(have);
  const bool exact = rule == ShapeRule::kExact;
  const bool batch_of_one = !wanted.empty() && wanted[0] == 1;
  if (exact && have == wanted) return SampleSplit{1, false};
  if (!have.empty() && rest == wanted) return SampleSplit{have[0], true};
  if (!have.empty() && batch_of_one && rest == WithoutFirst(wanted)) {
    return SampleSplit{have[0], true};
  }
  if (exact && batch_of_one && have == WithoutFirst(wanted)) return SampleSplit{1, false};
  const int64_t elements = Elements(wanted);
  if (!exact && !have.empty() && Elements(rest) == elements) return SampleSplit{have[0], true};
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code,
                   where + " has shape " + NpyShapeText(have) + ", the model's input '" + input +
                       "' is " + NpyShapeText(wanted) + "; give " + NpyShapeText(wanted) +
                       " or a leading dimension for the samples and " + std::to_string(elements) +
                       " elements in each");
}

std::optional<int64_t> FindNonFinite(const NpyArray& array, int64_t count) {
  if (array.kind != 'f') return std::nullopt;
  for (int64_t i = 0; i < count; ++i) {
    if (!std::isfinite(static_cast<float>(array.Value(i)))) return i;
  }
  return std::nullopt;
}

std::string NonFiniteText(const NpyArray& array, int64_t index, int64_t per_sample) {
  const double value = array.Value(index);
  const std::string what = std::isnan(value)      ? "NaN"
                           : std::isfinite(value) ? "a number too large for float32"
                           : value > 0            ? "infinity"
                                                  : "-infinity";
  const Dims rest = WithoutFirst(array.shape);
  const bool own_dimension = Elements(rest) == per_sample;
  const Dims shape = own_dimension ? rest : array.shape;
  std::string text = "sample " + std::to_string(index / per_sample) + " holds " + what;
  if (!shape.empty()) text += " at " + PositionText(shape, index % per_sample);
  return text;
}

}  // namespace edgerack
