// How real values became the input's numbers: quantized twice, not at all, by another zero point,
// read as unsigned, copied as floats.
#include <algorithm>
#include <cmath>

#include "server/compiler/doctor/hypothesis.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler::doctor {
namespace {

int8_t Clamp8(double value) { return static_cast<int8_t>(std::clamp(value, -128.0, 127.0)); }
int8_t Wrap8(int64_t value) { return static_cast<int8_t>(static_cast<uint8_t>(value & 0xFF)); }

std::string ZeroPointText(const InputSamples& in) {
  return "scale " + std::to_string(in.grid.scale) + ", zero point " +
         std::to_string(in.grid.zero_point);
}

class Adder {
 public:
  Adder(size_t index, std::vector<Feed>& feeds) : index_(index), feeds_(feeds) {}

  Feed& Add(const char* code, const std::string& what, const std::string& fix) {
    Feed feed;
    feed.code = code;
    feed.what = what;
    feed.fix = fix;
    feed.input = index_;
    feeds_.push_back(std::move(feed));
    return feeds_.back();
  }
  // Each int8 by itself.
  void Bytewise(const char* code, const std::string& what, const std::string& fix,
                std::function<int8_t(int8_t)> map) {
    Add(code, what, fix).change = [map](const std::string& raw, int64_t) {
      std::string out = raw;
      for (char& c : out) c = static_cast<char>(map(static_cast<int8_t>(c)));
      return out;
    };
  }
  // Each real value by itself, to the input's own type.
  template <typename T>
  void Each(const char* code, const std::string& what, const std::string& fix,
            std::function<T(float)> map) {
    Add(code, what, fix).encode = [map](const std::vector<float>& real) {
      std::string out;
      for (float value : real) AppendElement(out, map(value));
      return out;
    };
  }

 private:
  size_t index_;
  std::vector<Feed>& feeds_;
};

void AddInt8(const Observation& seen, const InputSamples& in, Adder& add) {
  const Grid grid = in.grid;
  const std::string once = "Quantize once: q = round(x / scale) + zero point with " +
                           ZeroPointText(in) + ", or copy int8 values unchanged.";
  add.Bytewise("DOUBLE_QUANTIZATION", "the int8 values were quantized a second time", once,
               [grid](int8_t q) { return grid.Quantize(q); });
  const std::string scale =
      "Divide by the input's scale before the cast: q = round(x / scale) + "
      "zero point with " +
      ZeroPointText(in) + ".";
  add.Each<int8_t>("MISSING_SCALE",
                   "real values were rounded to int8 without dividing by the scale", scale,
                   [](float x) { return Clamp8(std::round(x)); });
  add.Each<int8_t>("MISSING_SCALE", "real values were cut to int8 without dividing by the scale",
                   scale, [](float x) { return Clamp8(std::trunc(x)); });
  add.Each<int8_t>("MISSING_SCALE",
                   "real values were cast to int8 without scale and wrapped around", scale,
                   [](float x) { return Wrap8(static_cast<int64_t>(x)); });
  add.Each<int8_t>("MISSING_SCALE", "the zero point was added but the scale not applied", scale,
                   [grid](float x) { return Clamp8(std::round(x) + grid.zero_point); });
  add.Each<int8_t>(
      "MISSING_SCALE", "real values were multiplied by the scale instead of divided", scale,
      [grid](float x) { return Clamp8(std::round(x * grid.scale) + grid.zero_point); });
  const std::string zero = "Add the input's own zero point: " + ZeroPointText(in) + ".";
  auto shifted = [&](int32_t shift, const std::string& what) {
    if (shift == 0) return;
    add.Bytewise("WRONG_ZERO_POINT", what, zero, [shift](int8_t q) { return Clamp8(q + shift); });
    add.Bytewise("WRONG_ZERO_POINT", what + " and the sum wrapped around", zero,
                 [shift](int8_t q) { return Wrap8(q + shift); });
  };
  shifted(-grid.zero_point, "the input was quantized without its zero point");
  shifted(-2 * grid.zero_point, "the input's zero point had the wrong sign");
  shifted(grid.zero_point, "the input's zero point was added twice");
  for (const OutputSamples& out : seen.outputs) {
    if (!out.grid.exists() || out.grid.zero_point == 0) continue;
    shifted(out.grid.zero_point - grid.zero_point,
            "the input was quantized with the output's zero point");
  }
  const std::string sign =
      "Give signed bytes: q = u - 128, or the quantization of the model's "
      "int8 input, " +
      ZeroPointText(in) + ".";
  add.Bytewise("UINT8_INT8_OFFSET", "unsigned bytes stood where the model reads signed ones", sign,
               [](int8_t q) { return Wrap8(q ^ 0x80); });
  add.Bytewise("UINT8_INT8_OFFSET", "128 was added to int8 values and the sum clamped", sign,
               [](int8_t q) { return Clamp8(q + 128); });
  add.Bytewise("UINT8_INT8_OFFSET", "128 was subtracted from int8 values and the result clamped",
               sign, [](int8_t q) { return Clamp8(q - 128); });
  add.Add("FLOAT_BYTES_AS_INT8", "the bytes of float32 values were copied into the int8 input",
          "Quantize each value to int8 before the copy: q = round(x / scale) + zero point with " +
              ZeroPointText(in) + "; a buffer of floats is four times too long.")
      .encode = [](const std::vector<float>& real) { return BytesOf(real); };
}

// A float32 input. Without an int8 grid behind it only what pixels suffer.
void AddFloat(const InputSamples& in, Adder& add) {
  const auto [low, high] = std::minmax_element(in.real.begin(), in.real.end());
  const std::string sign = "Read pixels as unsigned (uint8_t) before they become floats.";
  if (*low >= 0 && *high > 1.5f && *high <= 255) {
    add.Each<float>("UINT8_INT8_OFFSET", "unsigned pixels were read as signed ones", sign,
                    [](float x) { return static_cast<float>(Wrap8(std::lround(x))); });
    add.Each<float>("UINT8_INT8_OFFSET", "128 was subtracted from the pixels", sign,
                    [](float x) { return x - 128.0f; });
  } else if (*low >= 0 && *high > 0.5f && *high <= 1.0f) {
    add.Each<float>(
        "UINT8_INT8_OFFSET", "unsigned pixels were read as signed ones before the division by 255",
        sign, [](float x) { return static_cast<float>(Wrap8(std::lround(x * 255.0f))) / 255.0f; });
    add.Each<float>("UINT8_INT8_OFFSET", "128 was subtracted from the pixels before the division",
                    sign, [](float x) { return x - 128.0f / 255.0f; });
  }
  if (!in.grid.exists()) return;
  const Grid grid = in.grid;
  const std::string once =
      "Give real values: the model quantizes its float32 input itself (" + ZeroPointText(in) + ").";
  add.Each<float>("DOUBLE_QUANTIZATION",
                  "int8 values were given as floats to a model that quantizes its input itself",
                  once, [grid](float x) { return static_cast<float>(grid.Quantize(x)); });
  add.Each<float>(
      "MISSING_SCALE", "values were given in steps of the grid instead of real ones", once,
      [grid](float x) { return static_cast<float>(grid.Quantize(x) - grid.zero_point); });
  add.Each<float>("WRONG_ZERO_POINT", "real values were computed without the zero point", once,
                  [grid](float x) { return grid.scale * static_cast<float>(grid.Quantize(x)); });
  add.Each<int8_t>("FLOAT_BYTES_AS_INT8", "int8 values were copied into the float32 input's buffer",
                   "Give float32 values: the input has four bytes for each.",
                   [grid](float x) { return grid.Quantize(x); });
}

}  // namespace

void AddNumberFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    Adder add(i, feeds);
    if (in.int8()) AddInt8(seen, in, add);
    if (in.dtype == DType::kF32) AddFloat(in, add);
  }
}

}  // namespace edgerack::compiler::doctor
