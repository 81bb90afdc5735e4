// A diagnosis as a person reads it, from the JSON that the API and `edgerack-compile doctor` give.
#ifndef BASE_TEXT_DIAGNOSIS_TEXT_H_
#define BASE_TEXT_DIAGNOSIS_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack {

// A headline, then each cause with its evidence and its fix, then what cannot be told apart and the
// notes. `diagnosis` has the keys of the API's Diagnosis; missing ones are left out. Lines are
// wrapped at 100 columns; control characters become '?'.
std::string RenderDiagnosis(const nlohmann::ordered_json& diagnosis);

}  // namespace edgerack

#endif  // BASE_TEXT_DIAGNOSIS_TEXT_H_
