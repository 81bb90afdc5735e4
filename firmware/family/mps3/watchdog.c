#include "firmware/family/mps3/watchdog.h"

#include "firmware/family/mps3/registers.h"

enum { kSlowClockHz = 32000, kPeriodSeconds = 160 };

void er_watchdog_start(void) {
  WDOG_LOCK = WDOG_LOCK_KEY;
  WDOG_LOAD = (uint32_t)kSlowClockHz * kPeriodSeconds;
  WDOG_CONTROL = WDOG_CONTROL_INTERRUPT | WDOG_CONTROL_RESET;
}

void er_watchdog_feed(void) { WDOG_INTCLR = 1; }
