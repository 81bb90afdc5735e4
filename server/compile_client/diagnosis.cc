#include "server/compile_client/diagnosis.h"

#include "server/compile_client/lenient_json.h"

namespace edgerack::compile_client {
namespace {

std::optional<core::OutputMatch> ReadMatch(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  core::OutputMatch match;
  match.samples = Integer(json, "samples");
  match.equal_samples = Integer(json, "equal_samples");
  match.values = Integer(json, "values");
  match.equal_values = Integer(json, "equal_values");
  match.near_values = Integer(json, "near_values");
  match.max_error = Real(json, "max_error");
  match.mean_steps = Real(json, "mean_steps");
  return match;
}

core::DiagnosedCause ReadCause(const Json& json) {
  core::DiagnosedCause cause;
  cause.code = Text(json, "code");
  cause.confidence = Real(json, "confidence");
  cause.what = Text(json, "what");
  cause.evidence = Text(json, "evidence");
  cause.fix = Text(json, "fix");
  cause.before = ReadMatch(Member(json, "before"));
  cause.after = ReadMatch(Member(json, "after"));
  return cause;
}

}  // namespace

absl::StatusOr<core::Diagnosis> ParseDiagnosis(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Unreadable("BAD_DIAGNOSIS", "the compiler's diagnosis is not a JSON object");
  }
  core::Diagnosis diagnosis;
  diagnosis.agrees = Bool(json, "agrees");
  diagnosis.samples = Integer(json, "samples");
  diagnosis.hypotheses = Integer(json, "hypotheses");
  diagnosis.inferences = Integer(json, "inferences");
  ForEach(json, "causes", [&](const Json& item) { diagnosis.causes.push_back(ReadCause(item)); });
  ForEach(json, "indistinguishable", [&](const Json& set) {
    std::vector<std::string>& codes = diagnosis.indistinguishable.emplace_back();
    if (!set.is_array()) return;
    for (const Json& code : set) {
      if (code.is_string()) codes.push_back(code.get<std::string>());
    }
  });
  ForEach(json, "notes", [&](const Json& item) {
    if (item.is_string()) diagnosis.notes.push_back(item.get<std::string>());
  });
  return diagnosis;
}

}  // namespace edgerack::compile_client
