// Power and clock tree of the STM32F7, from the frequencies of the board's file.
#ifndef FIRMWARE_FAMILY_STM32F7_CLOCK_H_
#define FIRMWARE_FAMILY_STM32F7_CLOCK_H_

#include <stdint.h>

// Brings the core to its intended clock. Every wait ends: without a crystal the PLL runs from the
// internal oscillator, without a PLL the core stays on it.
void er_clock_init(void);

// 1 when er_clock_init had to leave the intended path.
int er_clock_fell_back(void);

// Frequencies in Hz as the registers give them now.
uint32_t er_clock_core_hz(void);
uint32_t er_clock_apb1_hz(void);
uint32_t er_clock_apb2_hz(void);

#endif  // FIRMWARE_FAMILY_STM32F7_CLOCK_H_
