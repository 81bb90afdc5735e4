#include "firmware/family/stm32/watchdog.h"

#include "firmware/family/stm32/clock.h"
#include "firmware/family/stm32/registers.h"

void er_watchdog_start(void) {
  ER_REGISTER(ER_FAMILY_WATCHDOG_FREEZE_ADDRESS) |= ER_BIT(ER_FAMILY_WATCHDOG_FREEZE_BIT);
  IWDG_KR = IWDG_KR_START;
  IWDG_KR = IWDG_KR_UNLOCK;
  IWDG_PR = IWDG_PR_256;
  IWDG_RLR = IWDG_RLR_MAX;
  // The values cross into the LSI's domain within six of its cycles at the slowest prescaler; an
  // LSI that does not run at all must not keep the board from starting.
  const uint32_t begin = DWT_CYCCNT;
  const uint32_t patience_cycles = er_clock_core_hz() / 10u;
  while (IWDG_SR != 0 && DWT_CYCCNT - begin < patience_cycles) {
  }
  er_watchdog_feed();
}

void er_watchdog_feed(void) { IWDG_KR = IWDG_KR_FEED; }
