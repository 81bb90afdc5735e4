#include "server/compiler/doctor/diagnosis_json.h"

#include <cmath>
#include <cstdio>

namespace edgerack::compiler::doctor {
namespace {

using Json = nlohmann::ordered_json;

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

Json MatchJson(const Match& m) {
  return {{"samples", m.rows},         {"equal_samples", m.equal_rows},
          {"values", m.values},        {"equal_values", m.equal},
          {"near_values", m.near},     {"max_error", std::min(m.max_error, 1e30)},
          {"mean_steps", m.mean_steps}};
}

std::string MatchText(const Match& m) {
  return std::to_string(m.equal_rows) + " of " + std::to_string(m.rows) + " samples and " +
         std::to_string(m.equal) + " of " + std::to_string(m.values) +
         " numbers are equal (largest error " +
         (m.max_error < 1e29 ? Number(m.max_error) : "not finite") + ")";
}

std::string Evidence(const Match& before, const Cause& cause) {
  return "with the right inputs, weights and reading " + MatchText(before) +
         "; if this is the cause, " + MatchText(cause.after) +
         (cause.fit == Fit::kExact  ? ""
          : cause.fit == Fit::kNear ? ", the others differ by rounding"
                                    : ", and 90 % of the deviation is gone");
}

Json NoCause(const Diagnosis& d) {
  const std::string evidence =
      d.before.exact()
          ? "all " + std::to_string(d.before.values) + " numbers of " + std::to_string(d.samples) +
                " samples are what the model gives on the host"
          : MatchText(d.before) +
                "; the others differ by less than one step of the output, which "
                "is another runtime's rounding";
  return {{"code", "NONE"},
          {"confidence", d.before.exact() ? 0.99 : 0.9},
          {"evidence", evidence},
          {"fix", "nothing to do"}};
}

}  // namespace

Json DiagnosisJson(const Diagnosis& d) {
  Json causes = Json::array();
  if (d.agrees) causes.push_back(NoCause(d));
  for (const Cause& cause : d.causes) {
    causes.push_back({{"code", cause.code},
                      {"confidence", std::round(cause.confidence * 1000) / 1000},
                      {"what", cause.what},
                      {"evidence", Evidence(d.before, cause)},
                      {"fix", cause.fix},
                      {"before", MatchJson(d.before)},
                      {"after", MatchJson(cause.after)}});
  }
  return {{"agrees", d.agrees},
          {"samples", d.samples},
          {"causes", std::move(causes)},
          {"indistinguishable", d.indistinguishable},
          {"notes", d.notes},
          {"hypotheses", d.hypotheses},
          {"inferences", d.inferences}};
}

}  // namespace edgerack::compiler::doctor
