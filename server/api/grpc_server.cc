#include "server/api/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <vector>

#include "server/api/services.h"
#include "server/api/unreadable_requests.h"

namespace edgerack::api {
namespace {

class Running : public GrpcServer {
 public:
  Running(std::vector<std::unique_ptr<grpc::Service>> services,
          std::unique_ptr<grpc::Server> server)
      : services_(std::move(services)), server_(std::move(server)) {}

  ~Running() override {
    server_->GetHealthCheckService()->Shutdown();
    // Streams never end by themselves: they are cancelled after a short grace.
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
    server_->Wait();
  }

  std::shared_ptr<grpc::Channel> Channel() override {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMostMessageBytes);
    arguments.SetMaxSendMessageSize(kMostMessageBytes);
    return server_->InProcessChannel(arguments);
  }

 private:
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(control::Farm& farm,
                                                              control::Suites& suites,
                                                              const std::string& address) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(MakeModelService(farm));
  services.push_back(MakeDatasetService(farm));
  services.push_back(MakeFirmwareService(farm));
  services.push_back(MakeJobService(farm));
  services.push_back(MakeBoardService(farm));
  services.push_back(MakeResultService(farm));
  services.push_back(MakeDiagnosisService(farm));
  services.push_back(MakeSuiteService(suites));
  services.push_back(MakeAgentService(farm));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  // Two servers on one port would each get some of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // A client whose machine is gone says nothing: it is asked, and let go when it does not answer.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // A peer that stopped may have no call left: what it watched has ended meanwhile.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.SetMaxReceiveMessageSize(kMostMessageBytes);
  builder.SetMaxSendMessageSize(kMostMessageBytes);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(RefuseUnreadableRequests());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  for (const auto& service : services) builder.RegisterService(service.get());
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return MakeError(
        absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "ADDRESS_IN_USE",
        "cannot listen on " + address +
            "; is another server running there, or is the address not this machine's?");
  }
  return std::unique_ptr<GrpcServer>(
      std::make_unique<Running>(std::move(services), std::move(server)));
}

}  // namespace edgerack::api
