#include "proto/error/error_details.h"

#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"

namespace edgerack {

std::optional<absl::Status> ErrorInDetails(absl::StatusCode code, const std::string& message,
                                           const std::string& details) {
  google::rpc::Status status;
  status.ParseFromString(details);
  for (const auto& detail : status.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    auto found = info.metadata().find("class");
    const ErrorClass error_class =
        found == info.metadata().end() ? ErrorClass::kBug : ParseErrorClass(found->second);
    return MakeError(code, error_class, info.reason(), message);
  }
  return std::nullopt;
}

}  // namespace edgerack
