// How the command line says no to an input file: the user has to change it, and the message says
// how.
#ifndef CLIENT_CLI_IMAGE_REFUSAL_H_
#define CLIENT_CLI_IMAGE_REFUSAL_H_

#include <string>

#include "base/error.h"

namespace edgerack::cli {

// INVALID_ARGUMENT, class USER, code BAD_INPUT.
inline absl::Status BadInput(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_INPUT", message);
}

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_REFUSAL_H_
