// gRPC's own answer to a request that is no message of the method is UNIMPLEMENTED, without a word.
#ifndef SERVER_API_UNREADABLE_REQUESTS_H_
#define SERVER_API_UNREADABLE_REQUESTS_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace edgerack::api {

// For unary calls and server streams: makes it INVALID_ARGUMENT, class USER, code BAD_REQUEST. In a
// stream of requests one that cannot be read ends the stream, as gRPC has it.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> RefuseUnreadableRequests();

}  // namespace edgerack::api

#endif  // SERVER_API_UNREADABLE_REQUESTS_H_
