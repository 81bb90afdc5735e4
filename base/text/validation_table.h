// A validation as a person reads it, from the JSON that the API and the compiler both give.
#ifndef BASE_TEXT_VALIDATION_TABLE_H_
#define BASE_TEXT_VALIDATION_TABLE_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack {

// A line for each layer, then the layers that diverge with the reason, then accuracy. `validation`
// has the keys of server/compiler/validate/validation_json.h and accuracy_json.h; what is missing
// or of another type is left out. Control characters in names become '?'.
std::string RenderValidation(const nlohmann::ordered_json& validation);

}  // namespace edgerack

#endif  // BASE_TEXT_VALIDATION_TABLE_H_
