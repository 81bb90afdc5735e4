// How the compiler says no. Every refusal is a USER error: the model or the request has to change,
// and the message says how.
#ifndef SERVER_COMPILER_IR_REFUSAL_H_
#define SERVER_COMPILER_IR_REFUSAL_H_

#include <string_view>

#include "base/error.h"

namespace edgerack::compiler {

// INVALID_ARGUMENT of class USER. `code` e.g. "UNSUPPORTED_OPERATOR".
inline absl::Status Refuse(std::string_view code, std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, message);
}

// INVALID_ARGUMENT of class JOB: an option is wrong.
inline absl::Status RefuseOption(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION", message);
}

// INTERNAL of class BUG: the compiler broke its own rule.
inline absl::Status CompilerBug(std::string_view message) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "COMPILER_BUG", message);
}

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_REFUSAL_H_
