// What a gRPC status means for a person at the command line.
#ifndef CLIENT_CLI_RPC_GRPC_ERROR_H_
#define CLIENT_CLI_RPC_GRPC_ERROR_H_

#include <grpcpp/support/status.h>

#include <string>

#include "base/error.h"

namespace edgerack::cli {

// OK stays OK. Class and code come from the google.rpc.ErrorInfo of the status; without one,
// UNAVAILABLE becomes INFRASTRUCTURE SERVER_NOT_REACHED naming `address`.
absl::Status FromGrpc(const grpc::Status& status, const std::string& address);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_RPC_GRPC_ERROR_H_
