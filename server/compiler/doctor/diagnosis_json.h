// A diagnosis as the API and `--json` give it.
#ifndef SERVER_COMPILER_DOCTOR_DIAGNOSIS_JSON_H_
#define SERVER_COMPILER_DOCTOR_DIAGNOSIS_JSON_H_

#include <nlohmann/json.hpp>

#include "server/compiler/doctor/diagnose.h"

namespace edgerack::compiler::doctor {

// {"agrees", "samples", "causes": [{"code", "confidence", "what", "evidence", "fix", "before",
// "after"}], "indistinguishable": [[code, …]], "notes", "hypotheses", "inferences"}. Where the
// outputs are the model's own the only cause is NONE; where nothing explains them there is none.
nlohmann::ordered_json DiagnosisJson(const Diagnosis& diagnosis);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_DIAGNOSIS_JSON_H_
