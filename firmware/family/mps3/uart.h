// The board's UART: received bytes go by interrupt into a ring, sending is polled.
#ifndef FIRMWARE_FAMILY_MPS3_UART_H_
#define FIRMWARE_FAMILY_MPS3_UART_H_

#include <stddef.h>
#include <stdint.h>

void er_uart_init(void);
size_t er_uart_read(uint8_t* to, size_t capacity);
int er_uart_is_empty(void);
// Returns when the last byte was handed to the transmitter.
void er_uart_write(const uint8_t* from, size_t bytes);

#endif  // FIRMWARE_FAMILY_MPS3_UART_H_
