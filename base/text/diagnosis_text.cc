#include "base/text/diagnosis_text.h"

#include <vector>

#include "base/text/table.h"
#include "base/text/wrapped.h"

namespace edgerack {
namespace {

using Json = nlohmann::ordered_json;

std::string Clean(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

std::string Text(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return "";
  return Clean(object[key].get<std::string>());
}

double Number(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number()) return 0;
  return object[key].get<double>();
}

const Json& List(const Json& object, const char* key) {
  static const Json kEmpty = Json::array();
  if (!object.is_object() || !object.contains(key) || !object[key].is_array()) return kEmpty;
  return object[key];
}

std::string Headline(const Json& d) {
  const std::string samples = Grouped(static_cast<int64_t>(Number(d, "samples"))) + " sample" +
                              (Number(d, "samples") == 1 ? "" : "s");
  if (d.is_object() && d.contains("agrees") && d["agrees"] == true) {
    return "Nothing is wrong: the outputs of " + samples + " are the model's own.";
  }
  const size_t causes = List(d, "causes").size();
  if (causes == 0)
    return "The outputs of " + samples + " are wrong, and none of the usual causes explains them.";
  if (causes == 1) return "The outputs of " + samples + " are wrong; one cause reproduces them.";
  return "The outputs of " + samples + " are wrong; " + std::to_string(causes) +
         " causes reproduce them.";
}

}  // namespace

std::string RenderDiagnosis(const Json& d) {
  std::string out = Headline(d) + "\n";
  for (const Json& cause : List(d, "causes")) {
    if (Text(cause, "code") == "NONE") {
      out += Wrapped("  ", Text(cause, "evidence"));
      continue;
    }
    out += "\n" + Text(cause, "code") + "  (confidence " + Fixed(Number(cause, "confidence"), 2) +
           ")\n";
    out += Wrapped("  what      ", Text(cause, "what"));
    out += Wrapped("  evidence  ", Text(cause, "evidence"));
    out += Wrapped("  fix       ", Text(cause, "fix"));
  }
  for (const Json& set : List(d, "indistinguishable")) {
    std::string codes;
    for (const Json& code : set) {
      if (code.is_string()) codes += (codes.empty() ? "" : ", ") + Clean(code.get<std::string>());
    }
    out += "\n" + Wrapped("", "Cannot be told apart by these samples: " + codes +
                                  ". Other inputs may tell.");
  }
  const Json& notes = List(d, "notes");
  if (!notes.empty()) out += "\n";
  for (const Json& note : notes) {
    if (note.is_string()) out += Wrapped("note: ", Clean(note.get<std::string>()));
  }
  if (Number(d, "hypotheses") > 0) {
    out += "\n" + Grouped(static_cast<int64_t>(Number(d, "hypotheses"))) + " hypotheses, " +
           Grouped(static_cast<int64_t>(Number(d, "inferences"))) + " inferences on the host\n";
  }
  return out;
}

}  // namespace edgerack
