#include "client/cli/output/inference.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <set>

#include "base/text/model_table.h"
#include "base/text/table.h"
#include "client/cli/output/result_view.h"
#include "proto/json/message_json.h"

namespace edgerack::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kTopClasses = 5;
constexpr size_t kPrintedValues = 64;
constexpr size_t kValuesPerLine = 8;

// What NumPy calls the dtype; false for a name that is none of ours.
bool SetType(const std::string& dtype, NpyArray& array) {
  struct Type {
    const char* name;
    char kind;
    int bytes;
  };
  for (const Type& type : {Type{"float32", 'f', 4},
                           {"int8", 'i', 1},
                           {"uint8", 'u', 1},
                           {"int16", 'i', 2},
                           {"int32", 'i', 4},
                           {"int64", 'i', 8},
                           {"bool", 'b', 1}}) {
    if (dtype != type.name) continue;
    array.kind = type.kind;
    array.item_bytes = type.bytes;
    return true;
  }
  return false;
}

int64_t Elements(const v1::TensorDescription& tensor) {
  int64_t count = 1;
  for (int64_t dim : tensor.shape()) count *= dim;
  return count;
}

// All samples of the tensor, flat.
NpyArray Flat(const v1::OutputTensor& output) {
  NpyArray array;
  if (!SetType(output.tensor().dtype(), array)) return array;
  array.data = output.data();
  array.shape = {static_cast<int64_t>(output.data().size()) / array.item_bytes};
  return array;
}

double Real(const v1::TensorDescription& tensor, double value) {
  if (!tensor.has_scale()) return value;
  return tensor.scale() * (value - static_cast<double>(tensor.zero_point()));
}

std::string ValueText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

const v1::OutputTensor* ClassOutput(const InferenceView& view) {
  if (view.outputs.outputs_size() != 1) return nullptr;
  const v1::OutputTensor& output = view.outputs.outputs(0);
  return LooksLikeClasses(output.tensor(), view.input_elements) ? &output : nullptr;
}

std::string LabelOf(const InferenceView& view, int64_t index) {
  const auto i = static_cast<size_t>(index);
  return i < view.labels.size() ? view.labels[i] : "";
}

bool EqualsHost(const v1::Result& result) {
  const auto& agreement = result.agreement();
  return agreement.samples() > 0 && agreement.bit_exact() == agreement.samples();
}

std::string ClassTable(const InferenceView& view) {
  const v1::OutputTensor* output = ClassOutput(view);
  if (output == nullptr) return "";
  std::vector<Table::Column> columns = {{"class", Table::Align::kRight}};
  if (!view.labels.empty()) columns.push_back({"label"});
  columns.push_back({"value", Table::Align::kRight});
  Table table(std::move(columns));
  for (const RankedClass& ranked : Largest(RealValues(*output, 0), kTopClasses)) {
    std::vector<std::string> row = {std::to_string(ranked.index)};
    if (!view.labels.empty()) row.push_back(LabelOf(view, ranked.index));
    row.push_back(ValueText(ranked.value));
    table.Add(std::move(row));
  }
  return table.Render() + "\n";
}

std::string VectorText(const v1::OutputTensor& output) {
  const std::vector<double> values = RealValues(output, 0);
  std::string text = "output  " + output.tensor().name() + "  " +
                     TensorText(ToJson(output.tensor())) +
                     (output.tensor().has_scale() ? " (real values below)" : "");
  for (size_t i = 0; i < std::min(values.size(), kPrintedValues); ++i) {
    text += (i % kValuesPerLine == 0 ? "\n  " : "  ") + ValueText(values[i]);
  }
  if (values.size() > kPrintedValues) {
    text += "\n  … " + Grouped(static_cast<int64_t>(values.size())) + " in all; --json prints them";
  }
  return text + "\n";
}

}  // namespace

std::vector<double> RealValues(const v1::OutputTensor& output, int64_t sample) {
  const int64_t count = Elements(output.tensor());
  const NpyArray flat = Flat(output);
  std::vector<double> values;
  if (flat.shape.empty() || count <= 0 || (sample + 1) * count > flat.shape[0]) return values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(Real(output.tensor(), flat.Value(sample * count + i)));
  }
  return values;
}

std::vector<RankedClass> Largest(const std::vector<double>& values, size_t count) {
  std::vector<RankedClass> ranked;
  for (size_t i = 0; i < values.size(); ++i) ranked.push_back({static_cast<int64_t>(i), values[i]});
  auto rank = [](const RankedClass& item) {
    return std::isnan(item.value) ? -std::numeric_limits<double>::infinity() : item.value;
  };
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](const RankedClass& a, const RankedClass& b) { return rank(a) > rank(b); });
  ranked.resize(std::min(ranked.size(), count));
  return ranked;
}

bool LooksLikeClasses(const v1::TensorDescription& output, int64_t input_elements) {
  const int64_t count = Elements(output);
  const bool vector = std::count_if(output.shape().begin(), output.shape().end(),
                                    [](int64_t dim) { return dim != 1; }) == 1;
  return vector && count >= 2 && count != input_elements;
}

NpyArchive OutputArchive(const v1::ResultOutputs& outputs, bool real) {
  NpyArchive archive;
  std::set<std::string> names = {"sample_index", ""};
  for (int i = 0; i < outputs.outputs_size(); ++i) {
    const v1::OutputTensor& output = outputs.outputs(i);
    NpyArray array = Flat(output);
    if (real && output.tensor().has_scale()) {
      NpyArray dequantized;
      for (int64_t e = 0; e < array.elements(); ++e) {
        const auto value = static_cast<float>(Real(output.tensor(), array.Value(e)));
        dequantized.data.append(reinterpret_cast<const char*>(&value), sizeof value);
      }
      array = std::move(dequantized);
    }
    array.shape = {output.tensor().shape().begin(), output.tensor().shape().end()};
    if (!array.shape.empty() && array.shape[0] == 1) {
      array.shape[0] = outputs.samples();
    } else {
      array.shape.insert(array.shape.begin(), outputs.samples());
    }
    std::string name = output.tensor().name();
    if (!names.insert(name).second) name = "output_" + std::to_string(i);
    archive.emplace_back(std::move(name), std::move(array));
  }
  NpyArray indices;
  indices.kind = 'i';
  indices.item_bytes = 8;
  indices.shape = {outputs.sample_indices_size()};
  for (int64_t index : outputs.sample_indices()) {
    indices.data.append(reinterpret_cast<const char*>(&index), sizeof index);
  }
  archive.emplace_back("sample_index", std::move(indices));
  return archive;
}

std::vector<std::string> LabelLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

Json InferenceJson(const InferenceView& view) {
  Json json = {{"input", {{"file", view.file}, {"description", view.description}}},
               {"outputs", Json::array()}};
  for (const v1::OutputTensor& output : view.outputs.outputs()) {
    Json item = ToJson(output.tensor());
    item["values"] = RealValues(output, 0);
    json["outputs"].push_back(std::move(item));
  }
  if (const v1::OutputTensor* output = ClassOutput(view)) {
    json["top"] = Json::array();
    for (const RankedClass& ranked : Largest(RealValues(*output, 0), kTopClasses)) {
      Json item = {{"index", ranked.index}, {"value", ranked.value}};
      if (!view.labels.empty()) item["label"] = LabelOf(view, ranked.index);
      json["top"].push_back(std::move(item));
    }
  }
  const v1::Latency& latency = view.result.latency();
  if (latency.has_median_ms()) json["latency_ms"] = latency.median_ms();
  if (latency.has_estimated()) json["estimated"] = latency.estimated();
  json["equals_host"] = EqualsHost(view.result);
  return json;
}

std::string RenderInference(const InferenceView& view) {
  const v1::Result& result = view.result;
  std::string text = view.file + ": " + view.description + "\n\n" + ClassTable(view);
  for (const v1::OutputTensor& output : view.outputs.outputs()) text += VectorText(output);
  text += "= host  ";
  text += EqualsHost(result)
              ? "yes, bit for bit\n"
              : "no, largest difference " + ValueText(result.agreement().max_abs_error()) + "\n";
  return text + "\n" + RenderResult(result);
}

}  // namespace edgerack::cli
