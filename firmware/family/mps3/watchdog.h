// The watchdog of the subsystem's slow clock: ends a program that hangs.
#ifndef FIRMWARE_FAMILY_MPS3_WATCHDOG_H_
#define FIRMWARE_FAMILY_MPS3_WATCHDOG_H_

// Starts it. A layer must take less than 160 s of the board's time, five thousand million
// instructions where these are what is counted. It stands still while a debugger holds the core.
void er_watchdog_start(void);

// Begins the period anew. Callable from anywhere.
void er_watchdog_feed(void);

#endif  // FIRMWARE_FAMILY_MPS3_WATCHDOG_H_
