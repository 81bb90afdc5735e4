#include "client/cli/image/sample.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

#include "client/cli/image/csv.h"
#include "client/cli/image/picture.h"
#include "client/cli/image/refusal.h"

namespace edgerack::cli {
namespace {

using Dims = std::vector<int64_t>;

constexpr int64_t kMostElements = 64 << 20;

int64_t Elements(const Dims& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

// Without the dimensions of 1, which do not change what the values mean.
Dims Squeezed(const Dims& shape) {
  Dims out;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(out),
               [](int64_t dim) { return dim != 1; });
  return out;
}

std::string Described(const InputSpec& input) {
  return "the model's input '" + input.name + "' is " + NpyShapeText(input.shape) + " " +
         input.dtype;
}

bool TakesRealValues(const InputSpec& input) {
  return input.dtype == "float32" || (input.dtype == "int8" && input.scale > 0);
}

// "1x28x28x1 float32, x/255", with the quantization where there is one.
std::string Target(const InputSpec& input, const std::string& how) {
  std::string text = " → " + NpyShapeText(input.shape) + " " + input.dtype + ", " + how;
  if (input.dtype == "float32") return text;
  char scale[32];
  std::snprintf(scale, sizeof scale, "%g", input.scale);
  return text + ", quantized by scale " + scale + ", zero point " +
         std::to_string(input.zero_point);
}

absl::StatusOr<NpyArray> RealArray(const std::vector<double>& values, const InputSpec& input) {
  NpyArray array;
  array.shape = input.shape;
  array.data.reserve(values.size() * sizeof(float));
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) ||
        std::abs(values[i]) > static_cast<double>(std::numeric_limits<float>::max())) {
      return BadInput("value " + std::to_string(i) + " is " +
                      (std::isnan(values[i]) ? "NaN" : "infinite or too large for float32") +
                      "; clean the data");
    }
    const auto value = static_cast<float>(values[i]);
    array.data.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return array;
}

// How the model takes a picture; `channels` 0: as many values as there are, row by row.
struct PictureSpec {
  int64_t height = 0, width = 0;
  int channels = 0;
};

absl::StatusOr<PictureSpec> PictureOf(const InputSpec& input) {
  const Dims& s = input.shape;
  const bool one = !s.empty() && s[0] == 1;
  if (one && s.size() == 4 && (s[3] == 1 || s[3] == 3)) {
    return PictureSpec{s[1], s[2], static_cast<int>(s[3])};
  }
  if (one && s.size() == 3) return PictureSpec{s[1], s[2], 1};
  if (one && s.size() == 2) return PictureSpec{};
  if (s.size() == 3 && (s[2] == 1 || s[2] == 3)) {
    return PictureSpec{s[0], s[1], static_cast<int>(s[2])};
  }
  return BadInput(Described(input) +
                  ": no single image of 1 or 3 channels with the channels last; give the values as "
                  ".npy or .csv");
}

const char* ColourName(int channels) { return channels == 1 ? "grayscale" : "RGB"; }

std::string SizeText(int64_t width, int64_t height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

absl::Status WrongSize(const Picture& picture, const InputSpec& input, const PictureSpec& spec) {
  const std::string have =
      SizeText(picture.width, picture.height) + " " + ColourName(picture.channels) + " png, but ";
  if (spec.channels == 0) {
    return BadInput(have + Described(input) + ": a png of " + std::to_string(input.shape[1]) +
                    " pixels is needed (width times height)");
  }
  return BadInput(have + Described(input) + ", that is " + SizeText(spec.width, spec.height) +
                  " (width x height); scale the picture, or let --resize do it");
}

absl::StatusOr<Sample> FromPng(const std::string& bytes, const InputSpec& input,
                               const SampleOptions& options) {
  ER_ASSIGN_OR_RETURN(PictureSpec spec, PictureOf(input));
  ER_ASSIGN_OR_RETURN(Picture picture, DecodePng(bytes));
  std::string description =
      SizeText(picture.width, picture.height) + " " + ColourName(picture.channels) + " png";
  if (spec.channels == 0) {  // a flat input: the png says what a row is
    const int64_t pixels = int64_t{picture.width} * picture.height;
    if (pixels != input.shape[1] && pixels * picture.channels != input.shape[1]) {
      return WrongSize(picture, input, spec);
    }
    spec = {picture.height, picture.width, pixels == input.shape[1] ? 1 : picture.channels};
  }
  if (picture.width != spec.width || picture.height != spec.height) {
    if (!options.resize || spec.width > kMostPictureSide || spec.height > kMostPictureSide) {
      return WrongSize(picture, input, spec);
    }
    picture = Resized(picture, static_cast<int>(spec.width), static_cast<int>(spec.height));
    description += " → resized to " + SizeText(spec.width, spec.height) + " by a triangle filter";
  }
  if (picture.channels != spec.channels) {
    description += spec.channels == 1 ? " → gray = 0.299 R + 0.587 G + 0.114 B"
                                      : " → gray repeated as R, G, B";
    picture = WithChannels(picture, spec.channels);
  }
  ER_RETURN_IF_ERROR(CheckChannels(options.scale, spec.channels));
  std::vector<double> values;
  values.reserve(picture.pixels.size());
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    values.push_back(Scaled(options.scale, picture.pixels[i],
                            static_cast<int>(i % static_cast<size_t>(spec.channels))));
  }
  Sample sample;
  ER_ASSIGN_OR_RETURN(sample.array, RealArray(values, input));
  sample.description = description + Target(input, FormulaText(options.scale));
  return sample;
}

absl::Status WrongShape(const NpyArray& array, const InputSpec& input) {
  std::string message =
      NpyShapeText(array.shape) + " " + array.TypeName() + " npy, but " + Described(input);
  const Dims& s = input.shape;
  if (s.size() == 4 && Squeezed(array.shape) == Squeezed({s[0], s[3], s[1], s[2]})) {
    message += ". The channels stand first in the file: x.transpose(0, 2, 3, 1) puts them last";
  } else if (array.elements() != Elements(s)) {
    message += ", which is " + std::to_string(Elements(s)) + " values and not " +
               std::to_string(array.elements());
  } else {
    message += "; reshape it to that";
  }
  return BadInput(message);
}

absl::StatusOr<Sample> FromNpy(const std::string& bytes, const InputSpec& input) {
  ER_ASSIGN_OR_RETURN(NpyArray array, ParseNpy(bytes));
  const std::string have = NpyShapeText(array.shape) + " " + array.TypeName() + " npy";
  const bool flat = array.shape.size() == 1 && array.elements() == Elements(input.shape);
  if (!flat && Squeezed(array.shape) != Squeezed(input.shape)) return WrongShape(array, input);
  if (array.TypeName() == input.dtype && input.dtype != "float32") {
    array.shape = input.shape;
    return Sample{std::move(array), have + " → " + NpyShapeText(input.shape) + " " + input.dtype +
                                        ", values as they are"};
  }
  if (!TakesRealValues(input)) {
    return BadInput(have + ", but " + Described(input) + "; save it with astype(np." + input.dtype +
                    ")");
  }
  std::vector<double> values;
  for (int64_t i = 0; i < array.elements(); ++i) values.push_back(array.Value(i));
  Sample sample;
  ER_ASSIGN_OR_RETURN(sample.array, RealArray(values, input));
  sample.description = have + Target(input, "values as they are");
  return sample;
}

// The row and column counts in which an input's values may stand.
std::vector<std::pair<int64_t, int64_t>> Layouts(const InputSpec& input) {
  Dims shape = input.shape;
  if (shape.size() > 1 && shape[0] == 1) shape.erase(shape.begin());
  const int64_t count = Elements(shape);
  std::vector<std::pair<int64_t, int64_t>> layouts = {{1, count}};
  if (!shape.empty() && shape[0] > 1) layouts.emplace_back(shape[0], count / shape[0]);
  return layouts;
}

absl::StatusOr<Sample> FromCsv(const std::string& bytes, const InputSpec& input) {
  if (!TakesRealValues(input)) {
    return BadInput("a csv holds real values, but " + Described(input) + "; give a .npy of " +
                    input.dtype);
  }
  ER_ASSIGN_OR_RETURN(NumberTable table, ParseCsv(bytes));
  const std::string have = std::to_string(table.rows) + (table.rows == 1 ? " row" : " rows") +
                           " of " + std::to_string(table.columns) + " numbers";
  std::string wanted;
  bool fits = false;
  for (const auto& [rows, columns] : Layouts(input)) {
    fits = fits || (rows == table.rows && columns == table.columns);
    wanted +=
        (wanted.empty() ? "" : " or ") + std::to_string(rows) + " of " + std::to_string(columns);
  }
  if (!fits) {
    return BadInput("the csv has " + have + ", but " + Described(input) + ": rows have to be " +
                    wanted);
  }
  Sample sample;
  ER_ASSIGN_OR_RETURN(sample.array, RealArray(table.values, input));
  sample.description = "csv of " + have + Target(input, "values as they are");
  return sample;
}

std::string Lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

absl::StatusOr<Sample> ByName(const std::string& end, const std::string& bytes,
                              const InputSpec& input, const SampleOptions& options) {
  if (input.shape.empty() || Elements(input.shape) <= 0 || Elements(input.shape) > kMostElements) {
    return BadInput(Described(input) + ", which one file cannot fill");
  }
  if (end == ".png") {
    if (!TakesRealValues(input)) {
      return BadInput(Described(input) + " and takes no real values; give a .npy of " +
                      input.dtype);
    }
    return FromPng(bytes, input, options);
  }
  if (end != ".npy" && end != ".csv") {
    return BadInput("the name has to end in .png, .npy or .csv, so that it says what the file is");
  }
  if (options.resize || options.scaled) {
    return BadInput("--resize, --range, --mean and --std are for png files; values of " + end +
                    " files are taken as they are");
  }
  return end == ".npy" ? FromNpy(bytes, input) : FromCsv(bytes, input);
}

}  // namespace

absl::StatusOr<Sample> MakeSample(const std::string& file_name, const std::string& bytes,
                                  const InputSpec& input, const SampleOptions& options) {
  const std::filesystem::path path(file_name);
  auto sample = ByName(Lowered(path.extension().string()), bytes, input, options);
  if (!sample.ok()) return Annotate(sample.status(), path.filename().string());
  return sample;
}

}  // namespace edgerack::cli
