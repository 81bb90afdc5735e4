// Diagnoses as the API's messages.
#include "server/api/convert.h"

namespace edgerack::api {
namespace {

void ToProto(const core::OutputMatch& match, v1::OutputMatch* to) {
  if (match.samples) to->set_samples(*match.samples);
  if (match.equal_samples) to->set_equal_samples(*match.equal_samples);
  if (match.values) to->set_values(*match.values);
  if (match.equal_values) to->set_equal_values(*match.equal_values);
  if (match.near_values) to->set_near_values(*match.near_values);
  if (match.max_error) to->set_max_error(*match.max_error);
  if (match.mean_steps) to->set_mean_steps(*match.mean_steps);
}

}  // namespace

void ToProto(const core::Diagnosis& diagnosis, v1::Diagnosis* to) {
  if (diagnosis.agrees) to->set_agrees(*diagnosis.agrees);
  if (diagnosis.samples) to->set_samples(*diagnosis.samples);
  for (const core::DiagnosedCause& from : diagnosis.causes) {
    v1::DiagnosedCause* cause = to->add_causes();
    cause->set_code(Utf8(from.code));
    if (from.confidence) cause->set_confidence(*from.confidence);
    cause->set_what(Utf8(from.what));
    cause->set_evidence(Utf8(from.evidence));
    cause->set_fix(Utf8(from.fix));
    if (from.before) ToProto(*from.before, cause->mutable_before());
    if (from.after) ToProto(*from.after, cause->mutable_after());
  }
  for (const std::vector<std::string>& set : diagnosis.indistinguishable) {
    v1::CauseSet* codes = to->add_indistinguishable();
    for (const std::string& code : set) codes->add_codes(Utf8(code));
  }
  for (const std::string& note : diagnosis.notes) to->add_notes(Utf8(note));
  if (diagnosis.hypotheses) to->set_hypotheses(*diagnosis.hypotheses);
  if (diagnosis.inferences) to->set_inferences(*diagnosis.inferences);
}

}  // namespace edgerack::api
