// The board's UART: received bytes go by interrupt into a ring, sending is polled.
#ifndef FIRMWARE_FAMILY_STM32F7_UART_H_
#define FIRMWARE_FAMILY_STM32F7_UART_H_

#include <stddef.h>
#include <stdint.h>

#include "board_config.h"

#if ER_BOARD_UART_INSTANCE_IS_USART1
#define ER_UART_IRQ 37
#elif ER_BOARD_UART_INSTANCE_IS_USART3
#define ER_UART_IRQ 39
#else
#error "board.toml: [uart] instance is not known to firmware/family/stm32f7/uart.c"
#endif

// Needs the final clocks.
void er_uart_init(void);
size_t er_uart_read(uint8_t* to, size_t capacity);
int er_uart_is_empty(void);
// Returns when the last bit is on the wire.
void er_uart_write(const uint8_t* from, size_t bytes);

void er_uart_interrupt(void);

#endif  // FIRMWARE_FAMILY_STM32F7_UART_H_
