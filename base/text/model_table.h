// A model's view as a person reads it, from the JSON that the API and the compiler both give.
#ifndef BASE_TEXT_MODEL_TABLE_H_
#define BASE_TEXT_MODEL_TABLE_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack {

// "1x28x28x1"; "scalar" without dimensions.
std::string DimsText(const nlohmann::ordered_json& shape);
// "1x28x28x1 int8, scale 0.00392157, zero point -128".
std::string TensorText(const nlohmann::ordered_json& tensor);

// A line for each type of operation that there are any of, from a report's op_types.
std::string RenderOpTypes(const nlohmann::ordered_json& op_types);

// A line for each layer, then inputs, outputs, totals and types of operations. `view` has the keys
// of the API's ModelView; what is missing or of another type is left out. Control characters in
// names become
// '?'.
std::string RenderModelView(const nlohmann::ordered_json& view);

}  // namespace edgerack

#endif  // BASE_TEXT_MODEL_TABLE_H_
