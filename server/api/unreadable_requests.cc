#include "server/api/unreadable_requests.h"

#include "server/api/status.h"

namespace edgerack::api {
namespace {

using grpc::experimental::InterceptionHookPoints;

class RefuseUnreadable : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      unreadable_ = methods->GetRecvMessage() == nullptr;
    }
    if (unreadable_ &&
        methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
        methods->GetSendStatus().error_code() == grpc::UNIMPLEMENTED) {
      methods->ModifySendStatus(ToGrpc(
          MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_REQUEST",
                    "the request is no message of this method, or a text in it is not UTF-8; "
                    "correct the text, or use the client of this server's version")));
    }
    methods->Proceed();
  }

 private:
  bool unreadable_ = false;
};

class Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    using Type = grpc::experimental::ServerRpcInfo::Type;
    const bool one_request = info->type() == Type::UNARY || info->type() == Type::SERVER_STREAMING;
    return one_request ? new RefuseUnreadable : nullptr;  // gRPC owns it
  }
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> RefuseUnreadableRequests() {
  return std::make_unique<Factory>();
}

}  // namespace edgerack::api
