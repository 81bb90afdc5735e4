// Our errors as gRPC speaks of them: the canonical code, the message, and a google.rpc.Status with
// ErrorInfo{reason = code, domain = "edgerack.dev", metadata{"class"}} in its details.
#ifndef SERVER_API_STATUS_H_
#define SERVER_API_STATUS_H_

#include <grpcpp/support/status.h>

#include "base/error.h"

namespace edgerack::api {

grpc::Status ToGrpc(const absl::Status& status);

}  // namespace edgerack::api

#endif  // SERVER_API_STATUS_H_
