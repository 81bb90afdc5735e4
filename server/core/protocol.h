// How a board is talked to while it is measured.
#ifndef SERVER_CORE_PROTOCOL_H_
#define SERVER_CORE_PROTOCOL_H_

#include <optional>
#include <string_view>

namespace edgerack::core {

enum class Protocol {
  kLink,        // the board link
  kMlperfTiny,  // MLPerf Tiny's text commands
  kLogRegex,    // not at all: the image prints its times
};

// "edgerack-link", "mlperf-tiny", "log-regex".
const char* ProtocolName(Protocol protocol);
// Empty for a name it does not know; an empty name is the link's.
std::optional<Protocol> ParseProtocol(std::string_view name);

}  // namespace edgerack::core

#endif  // SERVER_CORE_PROTOCOL_H_
