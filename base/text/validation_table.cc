#include "base/text/validation_table.h"

#include <cstdio>
#include <vector>

#include "base/text/json_member.h"
#include "base/text/layer_name.h"
#include "base/text/table.h"

namespace edgerack {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostConfusedClasses = 20;  // columns that a terminal has room for

double Number(const Json& json, const char* key) {
  const Json& value = Member(json, key);
  return value.is_number() ? value.get<double>() : 0;
}

bool True(const Json& json, const char* key) {
  const Json& value = Member(json, key);
  return value.is_boolean() && value.get<bool>();
}

std::string Short(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

// "exact", "41.2 dB", or "-" where there is nothing to compare with.
std::string OriginalText(const Json& original) {
  if (True(original, "bit_exact")) return "exact";
  const Json& figures = Member(original, "figures");
  if (Member(figures, "sqnr_db").is_number()) return Fixed(Number(figures, "sqnr_db"), 1) + " dB";
  return Member(figures, "elements").is_number() ? "differs" : "-";
}

// "0.50 of 1.5 steps", in real values where there are no steps.
std::string CheckText(const Json& check) {
  if (Member(check, "error_steps").is_number()) {
    return Short(Number(check, "error_steps")) + " of " + Short(Number(check, "allowed_steps"));
  }
  if (Member(check, "error").is_number()) {
    return Number(check, "error") == 0
               ? "0"
               : Short(Number(check, "error")) + " of " + Short(Number(check, "allowed")) + " abs";
  }
  return "-";
}

// "exact", "3 of 4 differ", "-".
std::string ExactText(const Json& exact) {
  if (!Member(exact, "samples").is_number()) return "-";
  if (True(exact, "bit_exact")) return "exact";
  return Short(Number(exact, "differing_samples")) + " of " + Short(Number(exact, "samples")) +
         " differ";
}

std::string Layers(const Json& layers) {
  Table table({{"#", Table::Align::kRight},
               {"layer"},
               {"op"},
               {"original", Table::Align::kRight},
               {"passes (steps)", Table::Align::kRight},
               {"arithmetic (steps)", Table::Align::kRight},
               {"package", Table::Align::kRight},
               {"board", Table::Align::kRight},
               {""}});
  for (const Json& layer : layers) {
    std::string mark;
    const Json& found = Member(layer, "divergences");
    for (size_t i = 0; found.is_array() && i < found.size(); ++i) {
      mark += (mark.empty() ? "<-- " : ", ") +
              (found[i].is_string() ? PlainText(found[i].get<std::string>()) : "");
    }
    table.Add({Short(Number(layer, "index")), ShortLayerName(TextMember(layer, "name")),
               TextMember(layer, "op"), OriginalText(Member(layer, "original")),
               CheckText(Member(layer, "passes")), CheckText(Member(layer, "arithmetic")),
               ExactText(Member(layer, "package")), ExactText(Member(layer, "board")), mark});
  }
  return table.Render();
}

std::string Divergences(const Json& divergences, double samples) {
  if (!divergences.is_array() || divergences.empty()) {
    return "no layer diverges (" + Short(samples) + " samples, layer by layer)\n";
  }
  std::string text;
  for (size_t i = 0; i < divergences.size(); ++i) {
    const Json& d = divergences[i];
    text += i == 0 ? "first divergence: " : "also: ";
    text += "layer " + Short(Number(d, "layer")) + " '" + TextMember(d, "name") + "' (" +
            TextMember(d, "op") + "): " + TextMember(d, "message") + "\n";
  }
  return text;
}

std::string Percent(const Json& json, const char* key) {
  return Member(json, key).is_number() ? Fixed(100 * Number(json, key), 2) + " %" : "";
}

std::string Classification(const Json& labels) {
  Table table({{"execution"},
               {"samples", Table::Align::kRight},
               {"top-1", Table::Align::kRight},
               {"top-5", Table::Align::kRight},
               {"AUC", Table::Align::kRight}});
  for (const Json& execution : Member(labels, "executions")) {
    table.Add({TextMember(execution, "name"), Short(Number(execution, "samples")),
               Percent(execution, "top1"), Percent(execution, "topk"),
               Member(execution, "auc").is_number() ? Fixed(Number(execution, "auc"), 4) : ""});
  }
  std::string text = table.Render();
  for (const Json& pair : Member(labels, "between")) {
    if (!Member(pair, "agree").is_number()) continue;
    text += TextMember(pair, "a") + " and " + TextMember(pair, "b") + " agree on " +
            Percent(pair, "agree") + " of " + Short(Number(pair, "samples")) + " samples\n";
  }
  return text;
}

// Of the last execution, the board's where there is one. Rows are labels, columns what it said.
std::string Confusion(const Json& labels) {
  const Json& executions = Member(labels, "executions");
  if (!executions.is_array() || executions.empty()) return "";
  const Json& rows = Member(executions.back(), "confusion");
  if (!rows.is_array() || rows.size() > kMostConfusedClasses) return "";
  std::vector<Table::Column> columns = {
      {"label \\ " + TextMember(executions.back(), "name"), Table::Align::kRight}};
  for (size_t c = 0; c < rows.size(); ++c) {
    columns.push_back({std::to_string(c), Table::Align::kRight});
  }
  Table table(columns);
  for (size_t r = 0; r < rows.size(); ++r) {
    std::vector<std::string> cells = {std::to_string(r)};
    for (const Json& count : Member(rows[r], "counts")) {
      cells.push_back(count.is_number() ? Short(count.get<double>()) : "");
    }
    table.Add(cells);
  }
  return "\n" + table.Render();
}

std::string Regression(const Json& targets) {
  Table table({{"execution"},
               {"samples", Table::Align::kRight},
               {"rmse", Table::Align::kRight},
               {"mae", Table::Align::kRight},
               {"r2", Table::Align::kRight}});
  for (const Json& execution : Member(targets, "executions")) {
    table.Add({TextMember(execution, "name"), Short(Number(execution, "samples")),
               Short(Number(execution, "rmse")), Short(Number(execution, "mae")),
               Member(execution, "r2").is_number() ? Fixed(Number(execution, "r2"), 4) : ""});
  }
  return table.Render();
}

}  // namespace

std::string RenderValidation(const Json& validation) {
  std::string text;
  if (Member(validation, "layers").is_array()) text += Layers(Member(validation, "layers"));
  for (const Json& execution : Member(validation, "executions")) {
    const std::string why = TextMember(execution, "why_not");
    if (why.empty()) continue;
    text += "not executed: " + TextMember(execution, "name") + " (" + why + ")\n";
  }
  const std::string note = TextMember(validation, "note");
  if (!note.empty()) text += "note: " + note + "\n";
  text += "\n" + Divergences(Member(validation, "divergences"), Number(validation, "samples"));
  const Json& accuracy = Member(validation, "accuracy");
  if (accuracy.contains("labels")) {
    const Json& labels = accuracy["labels"];
    text += "\n" + Classification(labels) + Confusion(labels);
  }
  if (accuracy.contains("targets")) text += "\n" + Regression(accuracy["targets"]);
  return text;
}

}  // namespace edgerack
