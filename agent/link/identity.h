// What a board says about itself, as plain values.
#ifndef AGENT_LINK_IDENTITY_H_
#define AGENT_LINK_IDENTITY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "firmware/wire/messages.h"

namespace edgerack::agent {

struct Identity {
  er_hello_reply_t hello{};  // its `name` points nowhere; see image_name
  std::string build_id;      // 40 lower-case hex digits
  std::string uid;           // 24 lower-case hex digits
  std::string image_name;
};

// What happened on the link; counts only grow while the agent lives.
struct LinkStatistics {
  int64_t requests = 0;
  int64_t repeated_requests = 0;
  int64_t damaged_replies = 0;   // frames this end received with a wrong CRC or length
  int64_t damaged_requests = 0;  // the same at the board's end, as far as it has told
};

struct LayerCount {
  uint32_t cycles = 0;
  uint32_t extra_counts = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_LINK_IDENTITY_H_
