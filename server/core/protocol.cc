#include "server/core/protocol.h"

namespace edgerack::core {
namespace {

constexpr Protocol kAll[] = {Protocol::kLink, Protocol::kMlperfTiny, Protocol::kLogRegex};

}  // namespace

const char* ProtocolName(Protocol protocol) {
  switch (protocol) {
    case Protocol::kLink:
      return "edgerack-link";
    case Protocol::kMlperfTiny:
      return "mlperf-tiny";
    case Protocol::kLogRegex:
      return "log-regex";
  }
  return "edgerack-link";
}

std::optional<Protocol> ParseProtocol(std::string_view name) {
  if (name.empty()) return Protocol::kLink;
  for (Protocol protocol : kAll) {
    if (name == ProtocolName(protocol)) return protocol;
  }
  return std::nullopt;
}

}  // namespace edgerack::core
