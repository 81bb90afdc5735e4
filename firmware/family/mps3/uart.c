#include "firmware/family/mps3/uart.h"

#include "board_config.h"
#include "firmware/family/cortex_m55/core.h"
#include "firmware/family/mps3/registers.h"

#if ER_BOARD_UART_INSTANCE_IS_UART0
#define UART_BASE 0x59303000u
enum { kReceiveIrq = 33 };
#else
#error "board.toml: [uart] instance is not known to firmware/family/mps3/uart.c"
#endif

enum {
  kInputHz = 25000000,  // of the image's peripherals
  kRingBytes = 4096,    // a power of two; over three of the longest frames
};

static struct {
  volatile uint32_t written;  // by the interrupt only
  volatile uint32_t taken;    // by the main loop only
  uint8_t bytes[kRingBytes];
} ring;

void er_uart_init(void) {
  UART_CTRL(UART_BASE) = 0;
  UART_BAUDDIV(UART_BASE) = (kInputHz + ER_BOARD_UART_BAUD / 2u) / ER_BOARD_UART_BAUD;
  UART_CTRL(UART_BASE) = UART_CTRL_TX_ENABLE | UART_CTRL_RX_ENABLE | UART_CTRL_RX_INTERRUPT;
  NVIC_ISER(kReceiveIrq) = ER_BIT(kReceiveIrq % 32);
}

void er_uart_interrupt(void) {
  UART_INTCLEAR(UART_BASE) = UART_INT_RX;
  while (UART_STATE(UART_BASE) & UART_STATE_RX_FULL) {
    const uint8_t byte = (uint8_t)UART_DATA(UART_BASE);
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
    while (UART_STATE(UART_BASE) & UART_STATE_TX_FULL) {
    }
    UART_DATA(UART_BASE) = from[i];
  }
}
