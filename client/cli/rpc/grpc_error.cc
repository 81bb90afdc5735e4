#include "client/cli/rpc/grpc_error.h"

#include "proto/error/error_details.h"

namespace edgerack::cli {

absl::Status FromGrpc(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (auto told = ErrorInDetails(code, status.error_message(), status.error_details())) {
    return *std::move(told);
  }
  if (code == absl::StatusCode::kUnavailable) {
    return MakeError(code, ErrorClass::kInfrastructure, "SERVER_NOT_REACHED",
                     "no server answers at " + address + " (" + status.error_message() +
                         "); start one with `./dev up`, or name it with --server HOST:PORT or "
                         "EDGERACK_SERVER");
  }
  if (code == absl::StatusCode::kDeadlineExceeded) {
    return MakeError(code, ErrorClass::kInfrastructure, "SERVER_TOO_SLOW",
                     "the server at " + address + " did not answer in time; look at its log");
  }
  return MakeError(code, ErrorClass::kBug, absl::StatusCodeToString(code), status.error_message());
}

}  // namespace edgerack::cli
