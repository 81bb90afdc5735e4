// How the agent reaches its server.
#ifndef AGENT_SYNC_ENDPOINT_H_
#define AGENT_SYNC_ENDPOINT_H_

#include <memory>
#include <string>

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace edgerack::agent {

struct Endpoint {
  std::string address;  // host:port
  bool tls = false;
  std::string ca_pem;  // roots to trust; empty: the system's
  std::string token;   // empty: none
};

std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& endpoint);
// Adds the token to a call.
void Authorize(const Endpoint& endpoint, grpc::ClientContext& context);

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_ENDPOINT_H_
