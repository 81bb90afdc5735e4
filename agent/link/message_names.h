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

// "power-on", "reset pin", …
inline const char* ResetCauseName(uint32_t cause) {
  switch (cause) {
    case ER_RESET_POWER_ON:
      return "power-on";
    case ER_RESET_PIN:
      return "reset pin";
    case ER_RESET_SOFTWARE:
      return "software";
    case ER_RESET_WATCHDOG:
      return "watchdog";
    case ER_RESET_BROWN_OUT:
      return "brown-out";
    default:
      return "unknown";
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
    case ER_FAULT_RESET_IN_RUN:
      return "reset in mid-run";
    default:
      return "fault of an unknown kind";
  }
}

}  // namespace edgerack::agent

#endif  // AGENT_LINK_MESSAGE_NAMES_H_
