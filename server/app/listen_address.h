// Where the server listens: gRPC as asked, HTTP and metrics on the next ports unless told
// otherwise.
#ifndef SERVER_APP_LISTEN_ADDRESS_H_
#define SERVER_APP_LISTEN_ADDRESS_H_

#include <string>

#include "base/error.h"

namespace edgerack::app {

struct Addresses {
  std::string grpc;
  std::string http;
  std::string metrics;
};

// Each is HOST:PORT; an empty `http` or `metrics` takes the gRPC port + 1 or + 2.
// INVALID_ARGUMENT: BAD_ADDRESS, or NOT_LOOPBACK for a host that is not 127.0.0.1 or [::1] without
// `insecure`, because nothing here is encrypted.
absl::StatusOr<Addresses> ResolveAddresses(const std::string& grpc, const std::string& http,
                                           const std::string& metrics, bool insecure);

}  // namespace edgerack::app

#endif  // SERVER_APP_LISTEN_ADDRESS_H_
