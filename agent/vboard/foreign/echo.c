// Echoes USART1 (PA9, PB7) at 115200 from the internal oscillator, by polling, and greets at start.
#include <stdint.h>

#define REG(address) (*(volatile uint32_t*)(address))

extern uint32_t _estack;
void Reset_Handler(void);

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
};

static void put(uint32_t c) {
  while ((REG(0x4001101C) & (1u << 7)) == 0) {
  }
  REG(0x40011028) = c;
}

void Reset_Handler(void) {
  REG(0x40023830) |= 3u;                                           // GPIOA, GPIOB
  REG(0x40023844) |= 1u << 4;                                      // USART1
  REG(0x40020000) = (REG(0x40020000) & ~(3u << 18)) | 2u << 18;    // PA9 alternate
  REG(0x40020024) = (REG(0x40020024) & ~(0xFu << 4)) | 7u << 4;    // AF7
  REG(0x40020400) = (REG(0x40020400) & ~(3u << 14)) | 2u << 14;    // PB7 alternate
  REG(0x40020420) = (REG(0x40020420) & ~(0xFu << 28)) | 7u << 28;  // AF7
  REG(0x4001100C) = 139;                                           // 16 MHz / 115200
  REG(0x40011000) = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 5;         // on, RXNE wakes
  REG(0xE000ED10) |= 1u << 4;                                      // SEVONPEND
  for (const char* text = "echo ready\n"; *text != 0; ++text) put((uint8_t)*text);
  for (;;) {
    while ((REG(0x4001101C) & (1u << 5)) == 0) {
      REG(0xE000E284) = 1u << 5;  // the pending USART1 request, so that the next one is an event
      __asm volatile("wfe");
    }
    put(REG(0x40011024) & 0xFF);
  }
}
