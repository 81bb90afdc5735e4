// The board API for every STM32 board; what differs comes from board_config.h and from the family's
// clock and flash.
#include <string.h>

#include "board_config.h"
#include "firmware/family/armv7m/core.h"
#include "firmware/family/cortex_m/cache.h"
#include "firmware/family/cortex_m/core.h"
#include "firmware/family/cortex_m/image.h"
#include "firmware/family/stm32/chip.h"
#include "firmware/family/stm32/clock.h"
#include "firmware/family/stm32/flash.h"
#include "firmware/family/stm32/uart.h"
#include "firmware/family/stm32/watchdog.h"
#include "firmware/hal/board_api.h"
#include "firmware/package/format.h"

static er_board_identity_t identity;
static er_board_memory_t memory;

__attribute__((weak)) void er_chip_prepare(void) {}

static er_reset_cause_t take_reset_cause(void) {
  volatile uint32_t* reg = &ER_REGISTER(ER_FAMILY_RESET_FLAGS_ADDRESS);
  const uint32_t flags = *reg;
  *reg |= ER_BIT(ER_FAMILY_RESET_FLAGS_CLEAR_BIT);
  // Most causes pull the reset pin too, and power-on looks like a brown-out: the order decides.
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_WATCHDOG_BIT)) return ER_RESET_WATCHDOG;
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_WINDOW_WATCHDOG_BIT)) return ER_RESET_WATCHDOG;
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_SOFTWARE_BIT)) return ER_RESET_SOFTWARE;
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_POWER_ON_BIT)) return ER_RESET_POWER_ON;
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_BROWN_OUT_BIT)) return ER_RESET_BROWN_OUT;
  if (flags & ER_BIT(ER_FAMILY_RESET_FLAGS_PIN_BIT)) return ER_RESET_PIN;
  return ER_RESET_UNKNOWN;
}

static void start_cycle_counter(void) {
  DEMCR |= DEMCR_TRCENA;
  DWT_LAR = DWT_LAR_KEY;
  DWT_CYCCNT = 0;
  DWT_CTRL |= DWT_CTRL_CYCCNTENA;
}

static void fill_identity(void) {
  er_image_identify(&identity);
  for (uint32_t i = 0; i < sizeof identity.uid; i += 4) {
    const uint32_t word = ER_REGISTER(ER_CHIP_UID_ADDRESS + i);
    memcpy(identity.uid + i, &word, 4);
  }
  identity.device_id = ER_REGISTER(ER_CHIP_DEVICE_ID_ADDRESS);
  identity.isa = ER_ISA_ARMV7EM;
  identity.reset_cause = take_reset_cause();
}

void er_board_init(void) {
  er_chip_prepare();
  er_clock_init(ER_BOARD_CLOCK_CORE_HZ);
  er_flash_accelerate(1);
  er_cache_switch(1, 1);
  start_cycle_counter();
  er_watchdog_start();
  fill_identity();
  er_image_describe_memory(&memory);
  er_uart_init();
}

const er_board_identity_t* er_board_identity(void) { return &identity; }
const er_board_memory_t* er_board_memory(void) { return &memory; }
uint32_t er_board_clock_hz(void) { return er_clock_core_hz(); }

uint32_t er_board_settings(void) {
  uint32_t settings = er_flash_settings();
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
  er_flash_accelerate((settings & ER_SETTING_ART) != 0);
  er_cache_switch((settings & ER_SETTING_ICACHE) != 0, (settings & ER_SETTING_DCACHE) != 0);
  // The usual clock may be a fallback, which the settings tell.
  return !clock_hz || er_clock_core_hz() == clock_hz;
}

uint32_t er_board_cycles(void) { return DWT_CYCCNT; }

size_t er_board_uart_read(uint8_t* to, size_t capacity) { return er_uart_read(to, capacity); }
void er_board_uart_write(const uint8_t* from, size_t bytes) { er_uart_write(from, bytes); }

void er_board_idle(void) {
  // A byte that arrives between the look and the sleep stays pending and wakes the core.
  const uint32_t state = er_board_critical_enter();
  if (er_uart_is_empty()) {
    // The watchdog counts on in sleep. The tick runs only here, so that it disturbs no measurement;
    // it counts at an eighth of the core clock.
    SYST_RVR = er_clock_core_hz() / 8u / ER_IDLES_PER_SECOND;
    SYST_CVR = 0;
    SYST_CSR = SYST_CSR_TICKINT | SYST_CSR_ENABLE;
    er_dsb();
    __asm__ volatile("wfi" ::: "memory");
    SYST_CSR = 0;
  }
  er_board_critical_leave(state);
}

void er_board_feed_watchdog(void) { er_watchdog_feed(); }

void er_board_reset(void) { er_core_reset(); }

const uint8_t* er_board_store(void) {
  er_flash_settle();  // an error here shows in the package's CRC
  // A debugger may have written it while the core was halted.
  er_cache_flush_data();
  return (const uint8_t*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS;
}

int er_board_store_erase(uint32_t bytes) {
  return er_flash_erase(ER_CHIP_LAYOUT_PACKAGE_ADDRESS, bytes);
}

int er_board_store_write(uint32_t offset, const uint8_t* from, uint32_t bytes) {
  return er_flash_program(ER_CHIP_LAYOUT_PACKAGE_ADDRESS + offset, from, bytes);
}
