// Constants that the file describes instead of holding: all of them are computed while reading.
#include <cmath>
#include <numbers>

#include "server/compiler/importers/onnx/operators.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxElements = 1 << 24;

// `count` times one element.
std::string Repeated(const std::string& element, int64_t count) {
  std::string bytes;
  bytes.reserve(element.size() * static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) bytes += element;
  return bytes;
}

// The product of dimensions; fails above the limit.
int64_t Elements(OnnxNodeContext& c, const std::vector<int64_t>& dims) {
  int64_t count = 1;
  for (int64_t dim : dims) {
    if (dim < 0 || dim > kMaxElements || count * dim > kMaxElements) {
      c.Fail("UNSUPPORTED_SHAPE",
             "a constant of shape " + ListText(dims) +
                 "; supported are at most 16777216 elements. Make it smaller in the model");
      return 0;
    }
    count *= dim;
  }
  return count;
}

OnnxConstant Make(DType dtype, std::vector<int64_t> dims, std::string bytes) {
  OnnxConstant constant;
  constant.dtype = dtype;
  constant.dims = std::move(dims);
  constant.data = std::make_shared<const std::string>(std::move(bytes));
  return constant;
}

// The type that attribute `name` asks for.
DType TypeAttribute(OnnxNodeContext& c, const std::string& name, DType fallback) {
  if (!c.HasAttribute(name)) return fallback;
  const int64_t number = c.Int(name, 0);
  const int32_t type = number < 0 || number > 1000 ? 1000 : static_cast<int32_t>(number);
  const std::optional<DType> dtype = DTypeOfOnnx(type);
  if (dtype) return *dtype;
  c.FailAttribute(name, OnnxTypeName(type), "are FLOAT, INT8, UINT8, INT16, INT32, INT64 and BOOL",
                  "Export the model with one of these types");
  return fallback;
}

// A window of `size` points: a0 - a1 cos(x) + a2 cos(2x).
void Window(OnnxNodeContext& c, double a0, double a1, double a2) {
  const std::vector<int64_t> size = c.ConstInts(0, "size");
  const bool periodic = c.Int("periodic", 1) != 0;
  const DType dtype = TypeAttribute(c, "output_datatype", DType::kF32);
  if (!c.ok()) return;
  if (size.size() != 1 || size[0] < 1 || dtype != DType::kF32) {
    return c.Fail("UNSUPPORTED_ATTRIBUTE",
                  "its size is " + ListText(size) +
                      "; supported is one number above 0, of FLOAT. Export the model again");
  }
  if (Elements(c, size) == 0) return;
  const double period = static_cast<double>(periodic ? size[0] : size[0] - 1);
  std::vector<float> values;
  for (int64_t i = 0; i < size[0]; ++i) {
    const double x = 2 * std::numbers::pi * static_cast<double>(i) / period;
    values.push_back(static_cast<float>(a0 - a1 * std::cos(x) + a2 * std::cos(2 * x)));
  }
  c.OutputConstant(0, Make(DType::kF32, size, BytesOf(values)));
}

}  // namespace

void ImportConstant(OnnxNodeContext& c) {
  if (c.HasAttribute("value")) {
    if (auto constant = c.TensorAttribute("value")) c.OutputConstant(0, *std::move(constant));
    return;
  }
  if (c.HasAttribute("value_float")) {
    return c.OutputConstant(
        0,
        Make(DType::kF32, {}, BytesOf(std::vector{static_cast<float>(c.Real("value_float", 0))})));
  }
  if (c.HasAttribute("value_int")) {
    return c.OutputConstant(0, Make(DType::kS64, {}, BytesOf(std::vector{c.Int("value_int", 0)})));
  }
  if (c.HasAttribute("value_ints")) {
    const std::vector<int64_t> values = c.Ints("value_ints");
    return c.OutputConstant(
        0, Make(DType::kS64, {static_cast<int64_t>(values.size())}, BytesOf(values)));
  }
  if (c.HasAttribute("value_floats")) {
    std::vector<float> values;
    for (double value : c.Reals("value_floats")) values.push_back(static_cast<float>(value));
    return c.OutputConstant(
        0, Make(DType::kF32, {static_cast<int64_t>(values.size())}, BytesOf(values)));
  }
  c.Fail("UNSUPPORTED_ATTRIBUTE",
         "its value is a string or sparse; supported are attributes value, value_float, "
         "value_floats, value_int and value_ints. Store it as one of these");
}

void ImportConstantOfShape(OnnxNodeContext& c) {
  const std::vector<int64_t> dims = c.ConstInts(0, "input");
  OnnxConstant value = Make(DType::kF32, {1}, std::string(4, '\0'));
  if (c.HasAttribute("value")) {
    auto given = c.TensorAttribute("value");
    if (given) value = *std::move(given);
  }
  const int64_t count = Elements(c, dims);
  if (!c.ok()) return;
  if (value.data->size() != static_cast<size_t>(DTypeBytes(value.dtype))) {
    return c.FailAttribute("value", std::to_string(value.data->size()) + " bytes",
                           "is a tensor of one element", "Export the model again");
  }
  c.OutputConstant(0, Make(value.dtype, dims, Repeated(*value.data, count)));
}

void ImportRange(OnnxNodeContext& c) {
  const std::vector<double> start = c.ConstReals(0, "start");
  const std::vector<double> limit = c.ConstReals(1, "limit");
  const std::vector<double> delta = c.ConstReals(2, "delta");
  if (!c.ok()) return;
  if (start.size() != 1 || limit.size() != 1 || delta.size() != 1 || delta[0] == 0) {
    return c.Fail("BAD_MODEL_FILE", "start, limit and delta must be one number each, delta not 0");
  }
  const DType dtype = c.T(c.In(0)).dtype;
  const double count = std::max(0.0, std::ceil((limit[0] - start[0]) / delta[0]));
  if (!(count <= static_cast<double>(kMaxElements))) {
    return c.Fail(
        "UNSUPPORTED_SHAPE",
        "it makes more elements than are supported, 16777216. Make it smaller in the model");
  }
  std::string bytes;
  for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
    AppendDouble(dtype, start[0] + static_cast<double>(i) * delta[0], bytes);
  }
  c.OutputConstant(0, Make(dtype, {static_cast<int64_t>(count)}, std::move(bytes)));
}

void ImportEyeLike(OnnxNodeContext& c) {
  const std::vector<int64_t> dims = c.DimsOf(0);
  const int64_t k = c.Int("k", 0);
  const DType dtype = TypeAttribute(c, "dtype", c.ok() ? c.T(c.In(0)).dtype : DType::kF32);
  const int64_t count = Elements(c, dims);
  if (!c.ok()) return;
  if (dims.size() != 2) {
    return c.Fail("UNSUPPORTED_SHAPE", "its input has " + std::to_string(dims.size()) +
                                           " dimensions; supported are 2. Export the model again");
  }
  std::string bytes;
  bytes.reserve(static_cast<size_t>(count));
  for (int64_t row = 0; row < dims[0]; ++row) {
    for (int64_t column = 0; column < dims[1]; ++column) {
      AppendDouble(dtype, column - row == k ? 1 : 0, bytes);
    }
  }
  c.OutputConstant(0, Make(dtype, dims, std::move(bytes)));
}

void ImportHannWindow(OnnxNodeContext& c) { Window(c, 0.5, 0.5, 0); }
void ImportHammingWindow(OnnxNodeContext& c) { Window(c, 25.0 / 46.0, 1 - 25.0 / 46.0, 0); }
void ImportBlackmanWindow(OnnxNodeContext& c) { Window(c, 0.42, 0.5, 0.08); }

// Triangular filters that map a spectrum to the mel scale.
void ImportMelWeightMatrix(OnnxNodeContext& c) {
  const std::vector<int64_t> bins = c.ConstInts(0, "num_mel_bins");
  const std::vector<int64_t> dft = c.ConstInts(1, "dft_length");
  const std::vector<int64_t> rate = c.ConstInts(2, "sample_rate");
  const std::vector<double> low = c.ConstReals(3, "lower_edge_hertz");
  const std::vector<double> high = c.ConstReals(4, "upper_edge_hertz");
  const DType dtype = TypeAttribute(c, "output_datatype", DType::kF32);
  if (!c.ok()) return;
  if (bins.size() != 1 || dft.size() != 1 || rate.size() != 1 || low.size() != 1 ||
      high.size() != 1 || bins[0] < 1 || dft[0] < 1 || rate[0] < 1 || dtype != DType::kF32) {
    return c.Fail("BAD_MODEL_FILE", "its inputs must be one positive number each, its type FLOAT");
  }
  const int64_t spectrum = dft[0] / 2 + 1;
  const int64_t count = Elements(c, {spectrum, bins[0]});
  if (!c.ok()) return;
  auto mel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  const double step = (mel(high[0]) - mel(low[0])) / static_cast<double>(bins[0] + 2);
  std::vector<int64_t> edges;
  for (int64_t i = 0; i < bins[0] + 2; ++i) {
    const double hertz =
        700 * (std::pow(10.0, (static_cast<double>(i) * step + mel(low[0])) / 2595) - 1);
    edges.push_back(static_cast<int64_t>(
        std::floor(static_cast<double>(dft[0] + 1) * hertz / static_cast<double>(rate[0]))));
  }
  std::vector<float> matrix(static_cast<size_t>(count), 0.0f);
  auto at = [&](int64_t row, int64_t bin) -> float& {
    return matrix[static_cast<size_t>(row * bins[0] + bin)];
  };
  for (int64_t bin = 0; bin < bins[0]; ++bin) {
    const size_t b = static_cast<size_t>(bin);
    const double rise = static_cast<double>(edges[b + 1] - edges[b]);
    const double fall = static_cast<double>(edges[b + 2] - edges[b + 1]);
    if (rise == 0 && edges[b + 1] >= 0 && edges[b + 1] < spectrum) at(edges[b + 1], bin) = 1;
    for (int64_t row = std::max<int64_t>(edges[b], 0); row < spectrum && row <= edges[b + 1];
         ++row) {
      if (rise > 0) at(row, bin) = static_cast<float>(static_cast<double>(row - edges[b]) / rise);
    }
    for (int64_t row = std::max<int64_t>(edges[b + 1], 0); row < spectrum && row < edges[b + 2];
         ++row) {
      if (fall > 0) {
        at(row, bin) = static_cast<float>(static_cast<double>(edges[b + 2] - row) / fall);
      }
    }
  }
  c.OutputConstant(0, Make(DType::kF32, {spectrum, bins[0]}, BytesOf(matrix)));
}

// Positions of what is not zero, of a constant.
void ImportNonZero(OnnxNodeContext& c) {
  const Tensor& t = c.T(c.ConstIn(0, "X"));
  if (!c.ok()) return;
  std::vector<std::vector<int64_t>> positions(t.shape.size());
  for (int64_t i = 0; i < t.elements(); ++i) {
    if (ElementAsDouble(t.dtype, *t.data, static_cast<size_t>(i)) == 0) continue;
    int64_t rest = i;
    for (size_t d = t.shape.size(); d-- > 0;) {
      positions[d].push_back(rest % t.shape[d]);
      rest /= t.shape[d];
    }
  }
  const int64_t count = positions.empty() ? 0 : static_cast<int64_t>(positions[0].size());
  std::string bytes;
  for (const std::vector<int64_t>& dimension : positions) bytes += BytesOf(dimension);
  c.OutputConstant(
      0, Make(DType::kS64, {static_cast<int64_t>(t.shape.size()), count}, std::move(bytes)));
}

}  // namespace edgerack::compiler
