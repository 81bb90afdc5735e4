// Mistakes behind the model: how its outputs were read.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "server/compiler/doctor/hypothesis.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler::doctor {
namespace {

// Maps the values of one output: `raw` are its bytes of one sample, `row` receives as many values.
using ValueMap = std::function<std::optional<Row>(const OutputSamples& out, std::string_view raw)>;

std::string_view BytesOfOutput(const Observation& seen, const OutputSamples& out,
                               std::string_view raw, int64_t sample) {
  int64_t stride = 0;
  for (const OutputSamples& o : seen.outputs) stride += o.bytes;
  return raw.substr(static_cast<size_t>(sample * stride + out.offset_bytes),
                    static_cast<size_t>(out.bytes));
}

Row Plain(const OutputSamples& out, std::string_view raw) {
  Row row;
  for (int64_t i = 0; i < out.elements; ++i) {
    const double value = ElementAsDouble(out.dtype, raw, static_cast<size_t>(i));
    row.push_back(out.as_real ? out.grid.Real(static_cast<int32_t>(value)) : value);
  }
  return row;
}

class Adder {
 public:
  Adder(const Observation& seen, std::vector<Reading>& list) : seen_(seen), list_(list) {}

  // Applies to the outputs that `map` takes; to none: the reading does not apply.
  void Values(const char* code, const std::string& what, const std::string& fix, ValueMap map) {
    Reading reading;
    reading.code = code;
    reading.what = what;
    reading.fix = fix;
    reading.read = [&seen = seen_, map = std::move(map)](const std::string& raw,
                                                         int64_t samples) -> std::optional<Rows> {
      Rows rows(static_cast<size_t>(samples));
      bool applied = false;
      for (int64_t s = 0; s < samples; ++s) {
        for (const OutputSamples& out : seen.outputs) {
          const std::string_view bytes = BytesOfOutput(seen, out, raw, s);
          std::optional<Row> mapped = map(out, bytes);
          applied = applied || mapped.has_value();
          Row row = mapped ? *std::move(mapped) : Plain(out, bytes);
          Row& all = rows[static_cast<size_t>(s)];
          all.insert(all.end(), row.begin(), row.end());
        }
      }
      if (!applied) return std::nullopt;
      return rows;
    };
    list_.push_back(std::move(reading));
  }

  // Of a quantized int8 output: from q to what was read.
  void Quantized(const char* code, const std::string& what, const std::string& fix, bool as_real,
                 std::function<double(int32_t q, const Grid& grid)> map) {
    Values(code, what, fix,
           [as_real, map = std::move(map)](const OutputSamples& out,
                                           std::string_view raw) -> std::optional<Row> {
             if (out.dtype != DType::kS8 || out.as_real != as_real) return std::nullopt;
             Row row;
             for (char c : raw) row.push_back(map(static_cast<int8_t>(c), out.grid));
             return row;
           });
  }

 private:
  const Observation& seen_;
  std::vector<Reading>& list_;
};

void AddQuantized(Adder& add) {
  const std::string dequantize =
      "Read the output as real = scale * (q - zero point), with the "
      "scale and zero point of the model's output, once.";
  const std::string sign = "Read the output's bytes as int8_t.";
  add.Quantized("MISSING_SCALE", "the output's numbers were read without its scale", dequantize,
                true, [](int32_t q, const Grid&) { return double(q); });
  add.Quantized("MISSING_SCALE", "the output's zero point was subtracted but its scale not applied",
                dequantize, true,
                [](int32_t q, const Grid& g) { return double(q - g.zero_point); });
  add.Quantized("WRONG_ZERO_POINT", "the output was read without its zero point", dequantize, true,
                [](int32_t q, const Grid& g) { return double(g.scale * static_cast<float>(q)); });
  add.Quantized("WRONG_ZERO_POINT", "the output's zero point was added instead of subtracted",
                dequantize, true, [](int32_t q, const Grid& g) {
                  return double(g.scale * static_cast<float>(q + g.zero_point));
                });
  add.Quantized("DOUBLE_QUANTIZATION", "the output was dequantized twice", dequantize, true,
                [](int32_t q, const Grid& g) {
                  return double(g.scale * (g.Real(q) - static_cast<float>(g.zero_point)));
                });
  add.Quantized("UINT8_INT8_OFFSET", "the output's signed bytes were read as unsigned ones", sign,
                true, [](int32_t q, const Grid& g) { return double(g.Real(q & 0xFF)); });
  add.Quantized("UINT8_INT8_OFFSET", "128 was added to the output's numbers", sign, true,
                [](int32_t q, const Grid& g) { return double(g.Real(q + 128)); });
  add.Quantized("UINT8_INT8_OFFSET", "the output's signed bytes were read as unsigned ones", sign,
                false, [](int32_t q, const Grid&) { return double(q & 0xFF); });
  add.Quantized("UINT8_INT8_OFFSET", "128 was added to the output's numbers", sign, false,
                [](int32_t q, const Grid&) { return double(q + 128); });
  add.Quantized("UINT8_INT8_OFFSET", "the sign bit of the output's numbers was flipped", sign,
                false, [](int32_t q, const Grid&) { return double(int8_t((q ^ 0x80) & 0xFF)); });
  add.Quantized("WRONG_ZERO_POINT", "the output's zero point was subtracted and the rest clamped",
                dequantize, false, [](int32_t q, const Grid& g) {
                  return double(std::clamp(q - g.zero_point, -128, 127));
                });
  add.Quantized("WRONG_ZERO_POINT", "the output's zero point was added and the sum clamped",
                dequantize, false, [](int32_t q, const Grid& g) {
                  return double(std::clamp(q + g.zero_point, -128, 127));
                });
}

void AddBytes(Adder& add) {
  const std::string order = "Read little-endian numbers, and copy bytes as bytes.";
  for (size_t group : {2, 4, 8, 0}) {
    add.Values("BYTE_ORDER",
               group == 0 ? std::string("the output's bytes stood in reverse from last to first")
                          : "the output's bytes were in reverse within each " +
                                std::to_string(8 * group) + "-bit word",
               order,
               [group](const OutputSamples& out, std::string_view raw) -> std::optional<Row> {
                 std::string bytes(raw);
                 const size_t width = group == 0 ? bytes.size() : group;
                 for (size_t b = 0; b + width <= bytes.size(); b += width) {
                   std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(b),
                                bytes.begin() + static_cast<std::ptrdiff_t>(b + width));
                 }
                 return Plain(out, bytes);
               });
  }
  add.Values("FLOAT_BYTES_AS_INT8", "the float32 output's bytes were read as int8 numbers",
             "Read the output as float32, four bytes a number.",
             [](const OutputSamples& out, std::string_view raw) -> std::optional<Row> {
               if (out.dtype != DType::kF32 || out.given_type != "int8") return std::nullopt;
               Row row;
               for (int64_t i = 0; i < out.elements; ++i) {
                 row.push_back(static_cast<int8_t>(raw[static_cast<size_t>(i)]));
               }
               return row;
             });
}

// Outputs with height, width and channels, e.g. masks.
void AddLayouts(Adder& add) {
  for (const bool swap : {false, true}) {
    for (const bool to_first : {true, false}) {
      if (swap && !to_first) continue;
      add.Values(
          swap ? "TRANSPOSED_HW" : "LAYOUT_NCHW_NHWC",
          swap
              ? "height and width of the output were swapped"
              : std::string("the output was read in the wrong order of channels, height and width"),
          "Read the output in the model's own shape and order.",
          [swap, to_first](const OutputSamples& out, std::string_view raw) -> std::optional<Row> {
            if (out.shape.size() != 4) return std::nullopt;
            const Row row = Plain(out, raw);
            const int64_t h = out.shape[1], w = out.shape[2], c = out.shape[3];
            if (swap ? h == 1 || w == 1 : h * w == 1 || c == 1) return std::nullopt;
            Row moved(row.size());
            for (int64_t y = 0; y < h; ++y) {
              for (int64_t x = 0; x < w; ++x) {
                for (int64_t k = 0; k < c; ++k) {
                  const size_t last = static_cast<size_t>((y * w + x) * c + k);
                  const size_t other =
                      static_cast<size_t>(swap ? (x * h + y) * c + k : (k * h + y) * w + x);
                  if (to_first) {
                    moved[other] = row[last];
                  } else {
                    moved[last] = row[other];
                  }
                }
              }
            }
            return moved;
          });
    }
  }
}

}  // namespace

std::vector<Reading> AllReadings(const Observation& seen) {
  std::vector<Reading> list;
  Adder add(seen, list);
  AddQuantized(add);
  AddBytes(add);
  AddLayouts(add);
  return list;
}

}  // namespace edgerack::compiler::doctor
