#include "server/app/listen_address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace edgerack::app {
namespace {

absl::Status Bad(const char* code, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, message);
}

struct HostPort {
  std::string host;
  int port = 0;
};

absl::StatusOr<HostPort> Parse(const std::string& address, bool insecure) {
  const size_t colon = address.rfind(':');
  HostPort parsed;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &parsed.port) || parsed.port < 1 ||
      parsed.port > 65535) {
    return Bad("BAD_ADDRESS", "\"" + address + "\" is not an address like 127.0.0.1:7070");
  }
  parsed.host = address.substr(0, colon);
  if (!insecure && parsed.host != "127.0.0.1" && parsed.host != "[::1]") {
    return Bad("NOT_LOOPBACK", address +
                                   " is open to the network and nothing here is encrypted; "
                                   "use 127.0.0.1, or --insecure in a network you trust");
  }
  return parsed;
}

absl::StatusOr<std::string> OrNext(const std::string& asked, const HostPort& grpc, int offset,
                                   bool insecure) {
  const std::string address =
      asked.empty() ? absl::StrCat(grpc.host, ":", grpc.port + offset) : asked;
  ER_RETURN_IF_ERROR(Parse(address, insecure).status());
  return address;
}

}  // namespace

absl::StatusOr<Addresses> ResolveAddresses(const std::string& grpc, const std::string& http,
                                           const std::string& metrics, bool insecure) {
  Addresses addresses;
  ER_ASSIGN_OR_RETURN(HostPort parsed, Parse(grpc, insecure));
  addresses.grpc = grpc;
  ER_ASSIGN_OR_RETURN(addresses.http, OrNext(http, parsed, 1, insecure));
  ER_ASSIGN_OR_RETURN(addresses.metrics, OrNext(metrics, parsed, 2, insecure));
  return addresses;
}

}  // namespace edgerack::app
