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

std::string RenderOpTypes(const Json& op_types) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"operation type"}, {"operations", kRight}, {"%", kRight}});
  if (!op_types.is_array()) return "";
  for (const Json& item : op_types) {
    const Json& ops = Member(item, "ops");
    const Json& percent = Member(item, "percent");
    if (!ops.is_number_integer() || ops.get<int64_t>() == 0) continue;
    table.Add({TextMember(item, "type"), Grouped(ops.get<int64_t>()),
               percent.is_number() ? Fixed(percent.get<double>(), 1) : ""});
  }
  return table.Render();
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
  std::string text = table.Render() + "\n" + TensorLines("input   ", Member(view, "inputs")) +
                     TensorLines("output  ", Member(view, "outputs")) + "total   " + sums + "\n";
  // Views of older servers have none.
  const Json& op_types = Member(view, "op_types");
  return op_types.is_array() ? text + "\n" + RenderOpTypes(op_types) : text;
}

}  // namespace edgerack
