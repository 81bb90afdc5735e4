// An error as it travels: class and code in the details of a gRPC status (google.rpc.ErrorInfo).
#ifndef PROTO_ERROR_ERROR_DETAILS_H_
#define PROTO_ERROR_ERROR_DETAILS_H_

#include <optional>
#include <string>

#include "base/error.h"

namespace edgerack {

// `details` is the serialized google.rpc.Status of a gRPC status with `code` and `message`. Empty
// when it tells no class and code: such an error is gRPC's own.
std::optional<absl::Status> ErrorInDetails(absl::StatusCode code, const std::string& message,
                                           const std::string& details);

}  // namespace edgerack

#endif  // PROTO_ERROR_ERROR_DETAILS_H_
