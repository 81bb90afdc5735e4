// The board API for every board of the family; what differs comes from board_config.h.
#include <string.h>

#include "board_config.h"
#include "firmware/family/cortex_m/cache.h"
#include "firmware/family/cortex_m/image.h"
#include "firmware/family/cortex_m55/core.h"
#include "firmware/family/stm32/clock.h"
#include "firmware/family/stm32/uart.h"
#include "firmware/family/stm32n6/power.h"
#include "firmware/family/stm32n6/registers.h"
#include "firmware/family/stm32n6/rif.h"
#include "firmware/hal/board_api.h"
#include "firmware/package/format.h"

static er_board_identity_t identity;
static er_board_memory_t memory;

static er_reset_cause_t take_reset_cause(void) {
  const uint32_t flags = RCC_RSR;
  RCC_RSR |= RCC_RSR_RMVF;
  if (er_core_take_own_start()) return ER_RESET_SOFTWARE;
  // Most causes pull the reset pin too: the order decides.
  if (flags & (RCC_RSR_IWDGRSTF | RCC_RSR_WWDGRSTF)) return ER_RESET_WATCHDOG;
  if (flags & (RCC_RSR_SFTRSTF | RCC_RSR_LCKRSTF)) return ER_RESET_SOFTWARE;
  if (flags & RCC_RSR_PORRSTF) return ER_RESET_POWER_ON;
  if (flags & RCC_RSR_BORRSTF) return ER_RESET_BROWN_OUT;
  if (flags & RCC_RSR_PINRSTF) return ER_RESET_PIN;
  return ER_RESET_UNKNOWN;
}

// The DWT of this core may have no cycle counter; the PMU has.
static void start_cycle_counter(void) {
  DEMCR |= DEMCR_TRCENA;
  PMU_CTRL = PMU_CTRL_ENABLE | PMU_CTRL_RESET_CYCLES;
  PMU_CNTENSET = PMU_CNTENSET_CYCLES;
}

static void fill_identity(void) {
  // The fuse words want their controller's clock, which also must not stop while the core sleeps.
  RCC_SET(RCC_APB4ENR2) = RCC_APB4ENR2_BSEC;
  RCC_SET(RCC_MISCENR) = RCC_MISCENR_DBG;
  er_dsb();
  er_image_identify(&identity);
  for (uint32_t i = 0; i < sizeof identity.uid; i += 4) {
    const uint32_t word = ER_REGISTER(ER_CHIP_UID_ADDRESS + i);
    memcpy(identity.uid + i, &word, 4);
  }
  identity.device_id = DBGMCU_IDCODE;
  identity.isa = ER_ISA_MVE;
  identity.reset_cause = take_reset_cause();
}

void er_board_init(void) {
  er_power_set_voltage();
  er_clock_init(ER_BOARD_CLOCK_CORE_HZ);
  er_rif_open_memories();
  er_power_up_memories();
  er_core_power_caches();
  er_cache_switch(1, 1);
  start_cycle_counter();
  fill_identity();
  er_image_describe_memory(&memory);
  er_uart_init();
}

const er_board_identity_t* er_board_identity(void) { return &identity; }
const er_board_memory_t* er_board_memory(void) { return &memory; }
uint32_t er_board_clock_hz(void) { return er_clock_core_hz(); }

uint32_t er_board_settings(void) {
  uint32_t settings = 0;
  if (SCB_CCR & SCB_CCR_IC) settings |= ER_SETTING_ICACHE;
  if (SCB_CCR & SCB_CCR_DC) settings |= ER_SETTING_DCACHE;
  if ((SCB_CPACR & SCB_CPACR_FPU) == SCB_CPACR_FPU) settings |= ER_SETTING_FPU;
  if (er_clock_fell_back()) settings |= ER_SETTING_CLOCK_FALLBACK;
#ifndef __OPTIMIZE__
  settings |= ER_SETTING_DEBUG_BUILD;
#endif
  return settings;
}

int er_board_operate(uint32_t clock_hz, uint32_t settings) {
  const uint32_t wanted_hz = clock_hz ? clock_hz : ER_BOARD_CLOCK_CORE_HZ;
  if (wanted_hz != er_clock_core_hz()) {
    er_clock_init(wanted_hz);
    er_uart_init();
  }
  er_cache_switch((settings & ER_SETTING_ICACHE) != 0, (settings & ER_SETTING_DCACHE) != 0);
  // The usual clock may be a fallback, which the settings tell.
  return !clock_hz || er_clock_core_hz() == clock_hz;
}

uint32_t er_board_cycles(void) { return PMU_CCNTR; }

size_t er_board_uart_read(uint8_t* to, size_t capacity) { return er_uart_read(to, capacity); }
void er_board_uart_write(const uint8_t* from, size_t bytes) { er_uart_write(from, bytes); }

// Sleep would stop the clocks of memories and UART unless each is told to go on (RM0486, "low-power
// enable" registers); a board that waits for a host may as well be awake.
void er_board_idle(void) {
  const uint32_t start = er_board_cycles();
  while (er_uart_is_empty() &&
         er_board_cycles() - start < er_board_clock_hz() / ER_IDLES_PER_SECOND) {
  }
}

// A watchdog's reset would end in the boot ROM, which waits for a debugger: as silent as the hang.
void er_board_feed_watchdog(void) {}

void er_board_reset(void) {
  // A reset would enter the boot ROM, and in development boot nothing leads from there to here.
  er_core_note_own_start();
  er_core_restart();
}

const uint8_t* er_board_store(void) {
  // A debugger may have written it while the core was halted.
  er_cache_flush_data();
  return (const uint8_t*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS;
}

int er_board_store_erase(uint32_t bytes) {
  memset((void*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS, 0xFF, bytes);
  return 1;
}

int er_board_store_write(uint32_t offset, const uint8_t* from, uint32_t bytes) {
  memcpy((uint8_t*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS + offset, from, bytes);
  return 1;
}
