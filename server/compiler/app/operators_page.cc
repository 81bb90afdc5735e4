#include "server/compiler/app/operators_page.h"

#include <map>
#include <set>
#include <vector>

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

struct Format {
  const char* key;
  const char* name;
};
constexpr Format kFormats[] = {{"onnx", "ONNX"}, {"tflite", "TensorFlow Lite"}, {"keras", "Keras"}};

constexpr char kHead[] = R"(# Operators

Generated: `edgerack-compile ops --markdown > docs/operators.md`; `tests/docs/test_docs.py` compares. `edgerack-compile ops`
prints the same with the kernels of a board (`--board KIND`), `--json` for programs. Each pair of operator and type below
runs in a test on the virtual board (`tests/e2e/test_every_claim.py`). What is not taken is refused with node, operator,
attribute, value, what is supported and what to change.

)";

std::string Joined(const Json& items, const char* separator) {
  std::string text;
  for (const Json& item : items) {
    text += (text.empty() ? "" : separator) + item.get<std::string>();
  }
  return text;
}

// Every name a format has in the listing, those computed while reading included.
std::set<std::string> Taken(const Json& listing, const std::string& format) {
  std::set<std::string> names;
  auto add = [&](const Json& sources) {
    for (const Json& source : sources) names.insert(source.get<std::string>());
  };
  for (const Json& op : listing["operators"]) add(op["from"].value(format, Json::array()));
  add(listing["computed_while_reading"].value(format, Json::array()));
  return names;
}

std::string CountTable(const Json& listing) {
  std::string text = "| format | taken | not taken |\n|---|---|---|\n";
  for (const Format& format : kFormats) {
    text += std::string("| ") + format.name + " | " +
            std::to_string(Taken(listing, format.key).size()) + " | " +
            std::to_string(listing["not_supported"].value(format.key, Json::array()).size()) +
            " |\n";
  }
  return text;
}

std::string TakenTable(const Json& listing) {
  std::string text =
      "| operator | types | ONNX | TensorFlow Lite | Keras | limits |\n|---|---|---|---|---|---|\n";
  for (const Json& op : listing["operators"]) {
    text += "| `" + op["op"].get<std::string>() + "`: " + op["summary"].get<std::string>() + " | " +
            Joined(op["types"], " ");
    for (const Format& format : kFormats) {
      text += " | " + Joined(op["from"].value(format.key, Json::array()), " ");
    }
    text += " | " + Joined(op["limits"], "; ") + " |\n";
  }
  return text;
}

// Operators that have one remedy stand together, in the order of the first of them.
std::string NotTakenTable(const Json& refused) {
  std::vector<std::string> order;
  std::map<std::string, std::string> names;
  for (const Json& item : refused) {
    const std::string instead = item["instead"];
    std::string& list = names[instead];
    if (list.empty()) order.push_back(instead);
    list += (list.empty() ? "" : ", ") + item["operator"].get<std::string>();
  }
  std::string text = "| not taken | instead |\n|---|---|\n";
  for (const std::string& instead : order) {
    text += "| " + names[instead] + " | " + instead + " |\n";
  }
  return text;
}

}  // namespace

std::string OperatorsPage(const Json& listing) {
  std::string page =
      kHead + CountTable(listing) + "\n## Taken\n\n" + TakenTable(listing) +
      "\n## Computed while the file is read\n\nThese never reach the board: constants, "
      "shapes, and what does nothing in inference.\n\n";
  for (const Format& format : kFormats) {
    const Json folded = listing["computed_while_reading"].value(format.key, Json::array());
    if (!folded.empty())
      page += std::string("- ") + format.name + ": " + Joined(folded, ", ") + "\n";
  }
  page += "\n## Not taken\n";
  for (const Format& format : kFormats) {
    page += std::string("\n### ") + format.name + "\n\n" +
            NotTakenTable(listing["not_supported"].value(format.key, Json::array()));
  }
  return page;
}

}  // namespace edgerack::compiler
