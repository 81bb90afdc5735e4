// Resource variables: VAR_HANDLE names one, READ_VARIABLE and ASSIGN_VARIABLE use it, CALL_ONCE
// runs a graph that gives the initial values.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_RESOURCE_VARIABLES_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_RESOURCE_VARIABLES_H_

#include <map>
#include <string>

#include "base/error.h"
#include "server/compiler/importers/tflite/model_view.h"

namespace edgerack::compiler {

inline constexpr int32_t kCallOnce = 129;
inline constexpr int32_t kVarHandle = 142;
inline constexpr int32_t kReadVariable = 143;
inline constexpr int32_t kAssignVariable = 144;

struct ResourceVariables {
  std::map<int32_t, std::string> names;                   // tensor that is a handle → variable
  std::map<std::string, const tflite::Tensor*> initials;  // variable → constant

  // The variable an operator reads or assigns; nullptr for other operators.
  const std::string* UsedBy(const TfliteOperator& op) const;
};

// Refuses graphs of CALL_ONCE that do more than assign constants.
absl::StatusOr<ResourceVariables> FindResourceVariables(const TfliteView& view);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_RESOURCE_VARIABLES_H_
