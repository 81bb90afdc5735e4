// The board's UART: received bytes go by interrupt into a ring, sending is polled.
#ifndef FIRMWARE_FAMILY_STM32_UART_H_
#define FIRMWARE_FAMILY_STM32_UART_H_

#include <stddef.h>
#include <stdint.h>

// Needs the final clocks.
void er_uart_init(void);
size_t er_uart_read(uint8_t* to, size_t capacity);
int er_uart_is_empty(void);
// Returns when the last bit is on the wire.
void er_uart_write(const uint8_t* from, size_t bytes);

void er_uart_interrupt(void);

#endif  // FIRMWARE_FAMILY_STM32_UART_H_
