// Answers a unary call at once.
#ifndef SERVER_API_REPLY_H_
#define SERVER_API_REPLY_H_

#include <grpcpp/grpcpp.h>

#include "server/api/status.h"

namespace edgerack::api {

inline grpc::ServerUnaryReactor* Reply(grpc::CallbackServerContext* context,
                                       const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

}  // namespace edgerack::api

#endif  // SERVER_API_REPLY_H_
