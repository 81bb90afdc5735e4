#include "base/text/model_table.h"

#include <cstdint>
#include <cstdio>

#include "base/text/json_member.h"
#include "base/text/layer_name.h"
#include "base/text/table.h"

namespace edgerack {
namespace {

using Json = nlohmann::ordered_json;

std::string Count(const Json& object, const char* key) {
  const Json& value = Member(object, key);
  return value.is_number_integer() ? Grouped(value.get<int64_t>()) : "";
}

void AddTotal(const Json& totals, const char* key, const char* unit, std::string& text) {
  const std::string count = Count(totals, key);
  if (!count.empty()) text += (text.empty() ? "" : ", ") + count + " " + unit;
}

std::string TensorLines(const char* title, const Json& list) {
  std::string lines;
  if (!list.is_array()) return lines;
  for (const Json& tensor : list) {
    lines += std::string(title) + TextMember(tensor, "name") + "  " + TensorText(tensor) + "\n";
  }
  return lines;
}

}  // namespace

std::string DimsText(const Json& shape) {
  std::string text;
  if (!shape.is_array()) return text;
  for (const Json& dim : shape) text += (text.empty() ? "" : "x") + dim.dump();
  return text.empty() ? "scalar" : text;
}

std::string TensorText(const Json& tensor) {
  std::string text = DimsText(Member(tensor, "shape")) + " " + TextMember(tensor, "dtype");
  const Json& scale = Member(tensor, "scale");
  if (!scale.is_number()) return text;
  char number[32];
  std::snprintf(number, sizeof number, "%g", scale.get<double>());
  return text + ", scale " + number + ", zero point " + Member(tensor, "zero_point").dump();
}

std::string RenderModelView(const Json& view) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"#", kRight},
               {"layer"},
               {"op"},
               {"output"},
               {"dtype"},
               {"parameters B", kRight},
               {"MAC", kRight}});
  const Json& layers = Member(view, "layers");
  if (layers.is_array()) {
    for (const Json& layer : layers) {
      table.Add({Count(layer, "index"), ShortLayerName(TextMember(layer, "name")),
                 TextMember(layer, "op"), DimsText(Member(layer, "output_shape")),
                 TextMember(layer, "output_dtype"), Count(layer, "parameters_bytes"),
                 Count(layer, "macs")});
    }
  }
  const Json& totals = Member(view, "totals");
  std::string sums;
  AddTotal(totals, "layers", "layers", sums);
  AddTotal(totals, "weights_bytes", "B weights", sums);
  AddTotal(totals, "activations_peak_bytes", "B activations at the peak", sums);
  AddTotal(totals, "macs", "MAC", sums);
  return table.Render() + "\n" + TensorLines("input   ", Member(view, "inputs")) +
         TensorLines("output  ", Member(view, "outputs")) + "total   " + sums + "\n";
}

}  // namespace edgerack
