#include "agent/sync/endpoint.h"

#include <grpcpp/grpcpp.h>

namespace edgerack::agent {

std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetMaxSendMessageSize(-1);
  // The agent has its own back-off; gRPC's must not be slower.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (endpoint.tls) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = endpoint.ca_pem;
    credentials = grpc::SslCredentials(options);
  }
  return grpc::CreateCustomChannel(endpoint.address, credentials, arguments);
}

void Authorize(const Endpoint& endpoint, grpc::ClientContext& context) {
  if (!endpoint.token.empty()) context.AddMetadata("authorization", "Bearer " + endpoint.token);
}

}  // namespace edgerack::agent
