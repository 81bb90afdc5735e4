#include "server/api/status.h"

#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"

namespace edgerack::api {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::ErrorInfo info;
  info.set_reason(ErrorCodeOf(status));
  info.set_domain("edgerack.dev");
  (*info.mutable_metadata())["class"] = ErrorClassName(ErrorClassOf(status));
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(ErrorMessageOf(status));
  details.add_details()->PackFrom(info);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), ErrorMessageOf(status),
                      details.SerializeAsString());
}

}  // namespace edgerack::api
