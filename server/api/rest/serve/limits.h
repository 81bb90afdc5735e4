// What clients of the HTTP port may use. Tests make them small.
#ifndef SERVER_API_REST_SERVE_LIMITS_H_
#define SERVER_API_REST_SERVE_LIMITS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace edgerack::rest {

struct Limits {
  size_t connections = 256;
  uint32_t header_bytes = 16 << 10;
  size_t json_bytes = 1 << 20;  // of a JSON body, or of all fields of a form
  // A request's head; a connection that waits for its next request.
  std::chrono::milliseconds header{10'000};
  std::chrono::milliseconds idle{60'000};
  // Without a byte from the client, or to it.
  std::chrono::milliseconds stall{20'000};
  // Of a stream of events that has nothing to say.
  std::chrono::milliseconds heartbeat{15'000};
  // An upload's session without a byte.
  std::chrono::milliseconds upload_session{60 * 60'000};
  size_t upload_sessions = 32;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_LIMITS_H_
