// Power and clock tree of a family, from the frequencies of the board's file.
#ifndef FIRMWARE_FAMILY_STM32_CLOCK_H_
#define FIRMWARE_FAMILY_STM32_CLOCK_H_

#include <stdint.h>

// Brings the core to `core_hz`, wherever it is now. Every wait ends: without a crystal the PLL runs
// from the internal oscillator, without a PLL, or where it cannot make `core_hz`, the core stays on
// that. The UART has to be started anew.
void er_clock_init(uint32_t core_hz);

// 1 when er_clock_init had to leave the intended path.
int er_clock_fell_back(void);

// In Hz, as the registers give it now.
uint32_t er_clock_core_hz(void);

// Clocks the board's UART; returns the frequency its baud rate is divided from, in Hz. Needs the
// final clocks.
uint32_t er_clock_start_uart(void);

#endif  // FIRMWARE_FAMILY_STM32_CLOCK_H_
