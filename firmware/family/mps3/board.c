// The board API for every board of the family; what differs comes from board_config.h.
#include <string.h>

#include "board_config.h"
#include "firmware/family/cortex_m/image.h"
#include "firmware/family/cortex_m55/core.h"
#include "firmware/family/mps3/counter.h"
#include "firmware/family/mps3/registers.h"
#include "firmware/family/mps3/uart.h"
#include "firmware/family/mps3/watchdog.h"
#include "firmware/hal/board_api.h"
#include "firmware/package/format.h"

static er_board_identity_t identity;
static er_board_memory_t memory;

static void fill_identity(void) {
  er_image_identify(&identity);
  memcpy(identity.uid, (const void*)ER_CHIP_UID_ADDRESS, sizeof identity.uid);
  identity.isa = ER_ISA_MVE;
  // The subsystem's reset syndrome does not tell a reset by the debugger from one by the firmware.
  identity.reset_cause = er_core_take_own_start() ? ER_RESET_SOFTWARE : ER_RESET_UNKNOWN;
}

void er_board_init(void) {
  er_counter_start();
  er_watchdog_start();
  fill_identity();
  er_image_describe_memory(&memory);
  er_uart_init();
}

const er_board_identity_t* er_board_identity(void) { return &identity; }
const er_board_memory_t* er_board_memory(void) { return &memory; }
uint32_t er_board_clock_hz(void) { return ER_BOARD_CLOCK_CORE_HZ; }

uint32_t er_board_settings(void) {
  uint32_t settings = 0;
  if ((SCB_CPACR & SCB_CPACR_FPU) == SCB_CPACR_FPU) settings |= ER_SETTING_FPU;
#ifndef __OPTIMIZE__
  settings |= ER_SETTING_DEBUG_BUILD;
#endif
  return settings;
}

// QEMU's core has one clock and no caches.
int er_board_operate(uint32_t clock_hz, uint32_t settings) {
  (void)settings;
  return !clock_hz || clock_hz == ER_BOARD_CLOCK_CORE_HZ;
}

uint32_t er_board_cycles(void) { return er_counter_read(); }

size_t er_board_uart_read(uint8_t* to, size_t capacity) { return er_uart_read(to, capacity); }
void er_board_uart_write(const uint8_t* from, size_t bytes) { er_uart_write(from, bytes); }

void er_board_idle(void) {
  // A byte that arrives between the look and the sleep stays pending and wakes the core.
  const uint32_t state = er_board_critical_enter();
  if (er_uart_is_empty()) er_core_sleep(ER_BOARD_CLOCK_CORE_HZ / ER_IDLES_PER_SECOND);
  er_board_critical_leave(state);
}

void er_board_feed_watchdog(void) { er_watchdog_feed(); }

void er_board_reset(void) {
  er_core_note_own_start();
  er_core_reset();
}

// The caches stay off, so a debugger's writes are seen as they are.
const uint8_t* er_board_store(void) { return (const uint8_t*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS; }

int er_board_store_erase(uint32_t bytes) {
  memset((void*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS, 0xFF, bytes);
  return 1;
}

int er_board_store_write(uint32_t offset, const uint8_t* from, uint32_t bytes) {
  memcpy((uint8_t*)ER_CHIP_LAYOUT_PACKAGE_ADDRESS + offset, from, bytes);
  return 1;
}
