#include "firmware/family/stm32/uart.h"

#include "firmware/family/stm32/clock.h"
#include "firmware/family/stm32/registers.h"

enum { kRingBytes = 4096 };  // a power of two; over three of the longest frames

static struct {
  volatile uint32_t written;  // by the interrupt only
  volatile uint32_t taken;    // by the main loop only
  uint8_t bytes[kRingBytes];
} ring;

static void use_pin(uint32_t port, uint32_t pin) {
  ER_REGISTER(ER_FAMILY_GPIO_CLOCK_ADDRESS) |= ER_BIT(port);
  er_dsb();
  const uint32_t shift = 4u * (pin % 8u);
  GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFu << shift)) | ER_BOARD_UART_ALTERNATE_FUNCTION
                                                                       << shift;
  GPIO_OSPEEDR(port) |= 3u << (2u * pin);
  // Pulled up: the line floats while the probe on the other end is enumerated anew.
  GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << (2u * pin))) | 1u << (2u * pin);
  GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2u * pin))) | 2u << (2u * pin);
}

void er_uart_init(void) {
  const uint32_t hz = er_clock_start_uart();
  use_pin(ER_BOARD_UART_TX_PORT, ER_BOARD_UART_TX_PIN);
  use_pin(ER_BOARD_UART_RX_PORT, ER_BOARD_UART_RX_PIN);
  USART_CR1 = 0;
  USART_CR2 = 0;
  // A byte lost while interrupts are off must not stop reception; the frame's CRC finds the loss.
  USART_CR3 = USART_CR3_OVRDIS;
  USART_BRR = (hz + ER_BOARD_UART_BAUD / 2u) / ER_BOARD_UART_BAUD;
  USART_ICR = USART_ICR_ALL_ERRORS;
  USART_CR1 = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE | USART_CR1_RXNEIE;
  NVIC_ISER(ER_BOARD_UART_INSTANCE_IRQ) = ER_BIT(ER_BOARD_UART_INSTANCE_IRQ % 32);
}

void er_uart_interrupt(void) {
  while (USART_ISR & USART_ISR_RXNE) {
    const uint8_t byte = (uint8_t)USART_RDR;
    const uint32_t written = ring.written;
    if (written - ring.taken < kRingBytes) {
      ring.bytes[written % kRingBytes] = byte;
      ring.written = written + 1;
    }
  }
}

int er_uart_is_empty(void) { return ring.written == ring.taken; }

size_t er_uart_read(uint8_t* to, size_t capacity) {
  size_t count = 0;
  uint32_t taken = ring.taken;
  while (count < capacity && taken != ring.written) to[count++] = ring.bytes[taken++ % kRingBytes];
  ring.taken = taken;
  return count;
}

void er_uart_write(const uint8_t* from, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    while (!(USART_ISR & USART_ISR_TXE)) {
    }
    USART_TDR = from[i];
  }
  while (!(USART_ISR & USART_ISR_TC)) {
  }
}
