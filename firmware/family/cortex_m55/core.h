// What every chip with a Cortex-M55 shares beside its start-up.
#ifndef FIRMWARE_FAMILY_CORTEX_M55_CORE_H_
#define FIRMWARE_FAMILY_CORTEX_M55_CORE_H_

#include <stdint.h>

#include "firmware/family/cortex_m/core.h"

// Where the core, a boot ROM or a debugger enters the image, with interrupts off or on.
void er_reset_handler(void) __attribute__((noreturn));

// Without power, which a boot ROM may have taken from them, the caches stay off whatever CCR says.
void er_core_power_caches(void);

// Turns every interrupt off at the NVIC, forgets what is pending, stops SysTick.
void er_core_forget_interrupts(void);

// Sleeps until an interrupt, or so many cycles, 2^24 at most. Call with
// interrupts off.
void er_core_sleep(uint32_t cycles);

// Enters the image anew, for chips whose reset would not do so; from a fault handler, too. Does not
// return. Where more than one exception is active it cannot, and resets the chip.
void er_core_restart(void) __attribute__((noreturn));

// Whether the last start was one that er_core_note_own_start announced. Forgets it.
int er_core_take_own_start(void);
void er_core_note_own_start(void);

// Of the family: the handler of its one interrupt, the UART's.
void er_uart_interrupt(void);

#endif  // FIRMWARE_FAMILY_CORTEX_M55_CORE_H_
