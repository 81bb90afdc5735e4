// The independent watchdog: resets a program that hangs, whatever it did to interrupts and clocks.
#ifndef FIRMWARE_FAMILY_STM32_WATCHDOG_H_
#define FIRMWARE_FAMILY_STM32_WATCHDOG_H_

// Starts it with the longest period there is: 32.8 s at the LSI's nominal 32 kHz, 22 s at its
// fastest (47 kHz). A layer must take less. It stands still while a debugger holds the core, and
// only a reset stops it. The cycle counter must run.
void er_watchdog_start(void);

// Begins the period anew. Callable from anywhere.
void er_watchdog_feed(void);

#endif  // FIRMWARE_FAMILY_STM32_WATCHDOG_H_
