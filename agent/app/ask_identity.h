// Asks the firmware behind a console who it is.
#ifndef AGENT_APP_ASK_IDENTITY_H_
#define AGENT_APP_ASK_IDENTITY_H_

#include <cstdint>
#include <string>

#include "agent/link/identity.h"
#include "base/error.h"

namespace edgerack::agent {

// Opens the serial port, says HELLO and waits up to `timeout_ms` for the answer; blocks meanwhile.
// Errors: those of Console::Open, and BOARD_SILENT where our firmware does not answer.
absl::StatusOr<Identity> AskIdentity(const std::string& console, uint32_t baud, int64_t timeout_ms);

}  // namespace edgerack::agent

#endif  // AGENT_APP_ASK_IDENTITY_H_
