// What the program needs from the chip that it runs on.
#ifndef CHIP_H_
#define CHIP_H_

#include <stdint.h>

#define REG(address) (*(volatile uint32_t*)(address))

// Returns the core's clock in Hz.
uint32_t chip_full_speed(void);
// Clocks USART3 and connects its pins PD8 and PD9; returns the frequency of its baud rate.
uint32_t chip_connect_usart3(void);

#endif  // CHIP_H_
