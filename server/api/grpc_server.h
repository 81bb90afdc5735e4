// The gRPC door: all services, health and reflection on one address.
#ifndef SERVER_API_GRPC_SERVER_H_
#define SERVER_API_GRPC_SERVER_H_

#include <memory>
#include <string>

#include "base/error.h"

namespace grpc {
class Channel;
}

namespace edgerack::control {
class Farm;
class Suites;
}  // namespace edgerack::control

namespace edgerack::api {

inline constexpr int kMostMessageBytes = 64 << 20;

class GrpcServer {
 public:
  // Serves until destroyed, without TLS. UNAVAILABLE (ADDRESS_IN_USE) when it cannot listen there.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(control::Farm& farm,
                                                           control::Suites& suites,
                                                           const std::string& address);
  virtual ~GrpcServer() = default;
  // To the same services from within this process; gone before the server is.
  virtual std::shared_ptr<grpc::Channel> Channel() = 0;
};

}  // namespace edgerack::api

#endif  // SERVER_API_GRPC_SERVER_H_
