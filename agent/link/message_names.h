// Names of link messages for logs and errors, from the one table.
#ifndef AGENT_LINK_MESSAGE_NAMES_H_
#define AGENT_LINK_MESSAGE_NAMES_H_

#include <cstdint>

#include "firmware/wire/messages.h"

namespace edgerack::agent {

// "HELLO", "RUN", …; "?" for a number that is not in the table.
inline const char* MessageName(uint8_t id) {
  switch (id) {
#define ER_NAME(number, NAME, name, text) \
  case number:                            \
    return #NAME;
    ER_MESSAGES(ER_NAME)
#undef ER_NAME
    default:
      return "?";
  }
}

// "hard fault", "bus fault", …
inline const char* FaultKindName(uint8_t kind) {
  switch (kind) {
    case ER_FAULT_HARD:
      return "hard fault";
    case ER_FAULT_MEMORY:
      return "memory protection fault";
    case ER_FAULT_BUS:
      return "bus fault";
    case ER_FAULT_USAGE:
      return "usage fault";
    case ER_FAULT_ASSERT:
      return "failed assertion";
    case ER_FAULT_WATCHDOG:
      return "watchdog reset";
    default:
      return "fault of an unknown kind";
  }
}

}  // namespace edgerack::agent

#endif  // AGENT_LINK_MESSAGE_NAMES_H_
