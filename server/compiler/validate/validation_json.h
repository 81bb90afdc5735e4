// A validation as the JSON that clients get and base/text/validation_table.h prints.
#ifndef SERVER_COMPILER_VALIDATE_VALIDATION_JSON_H_
#define SERVER_COMPILER_VALIDATE_VALIDATION_JSON_H_

#include <nlohmann/json.hpp>

#include "server/compiler/validate/validation.h"

namespace edgerack::compiler {

// {"samples", "layers": […], "divergences": [{"layer", "name", "op", "output", "at",
// "message"}]}; divergences in the order of the layers. Figures that are not defined are absent.
nlohmann::ordered_json ValidationJson(const Validation& validation);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_VALIDATION_JSON_H_
