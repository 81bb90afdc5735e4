// Another program as an asynchronous child with a deadline.
#ifndef AGENT_DRIVER_OPENOCD_CHILD_H_
#define AGENT_DRIVER_OPENOCD_CHILD_H_

#include <functional>
#include <string>
#include <vector>

#include "agent/protocol/gate.h"

namespace edgerack::agent {

struct ChildExit {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
};

// Runs `arguments[0]` (a path; no shell, no PATH look-up) in its own process group and gives each
// line of its standard output and error to `on_line`. At `deadline_ms` (steady clock) or when
// interrupted the group gets SIGTERM, and SIGKILL two seconds later. The coroutine runs on
// `executor`. Errors: CHILD_NOT_STARTED (INFRASTRUCTURE), CANCELLED when interrupted.
Task<absl::StatusOr<ChildExit>> RunChildAsync(std::vector<std::string> arguments,
                                              int64_t deadline_ms, asio::any_io_executor executor,
                                              Timers& timers, Interrupt* interrupt,
                                              std::function<void(const std::string&)> on_line);

// The file that a shell would run for `program`: itself if it holds a slash, else from PATH.
// NOT_FOUND with code PROGRAM_MISSING (INFRASTRUCTURE).
absl::StatusOr<std::string> FindProgram(const std::string& program);

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_OPENOCD_CHILD_H_
