#include "firmware/family/stm32f7/uart.h"

#include "firmware/family/stm32f7/clock.h"
#include "firmware/family/stm32f7/registers.h"

#if ER_BOARD_UART_INSTANCE_IS_USART1
#define UART_BASE 0x40011000u
#define UART_CLOCK_SELECT_SHIFT 0
static void enable_clock(void) { RCC_APB2ENR |= ER_BIT(4); }
static uint32_t input_hz(void) { return er_clock_apb2_hz(); }
#elif ER_BOARD_UART_INSTANCE_IS_USART3
#define UART_BASE 0x40004800u
#define UART_CLOCK_SELECT_SHIFT 4
static void enable_clock(void) { RCC_APB1ENR |= ER_BIT(18); }
static uint32_t input_hz(void) { return er_clock_apb1_hz(); }
#endif

enum { kRingBytes = 4096 };  // a power of two; over three of the longest frames

static struct {
  volatile uint32_t written;  // by the interrupt only
  volatile uint32_t taken;    // by the main loop only
  uint8_t bytes[kRingBytes];
} ring;

static void use_pin(uint32_t port, uint32_t pin) {
  RCC_AHB1ENR |= ER_BIT(port);
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
  enable_clock();
  RCC_DCKCFGR2 &= ~(3u << UART_CLOCK_SELECT_SHIFT);  // the bus clock
  er_dsb();
  use_pin(ER_BOARD_UART_TX_PORT, ER_BOARD_UART_TX_PIN);
  use_pin(ER_BOARD_UART_RX_PORT, ER_BOARD_UART_RX_PIN);
  USART_CR1(UART_BASE) = 0;
  USART_CR2(UART_BASE) = 0;
  // A byte lost while interrupts are off must not stop reception; the frame's CRC finds the loss.
  USART_CR3(UART_BASE) = USART_CR3_OVRDIS;
  USART_BRR(UART_BASE) = (input_hz() + ER_BOARD_UART_BAUD / 2u) / ER_BOARD_UART_BAUD;
  USART_ICR(UART_BASE) = USART_ICR_ALL_ERRORS;
  USART_CR1(UART_BASE) = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE | USART_CR1_RXNEIE;
  NVIC_ISER(ER_UART_IRQ) = ER_BIT(ER_UART_IRQ % 32);
}

void er_uart_interrupt(void) {
  while (USART_ISR(UART_BASE) & USART_ISR_RXNE) {
    const uint8_t byte = (uint8_t)USART_RDR(UART_BASE);
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
    while (!(USART_ISR(UART_BASE) & USART_ISR_TXE)) {
    }
    USART_TDR(UART_BASE) = from[i];
  }
  while (!(USART_ISR(UART_BASE) & USART_ISR_TC)) {
  }
}
