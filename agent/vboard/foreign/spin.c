// Computes for ever: for measuring the emulator's speed.
#include <stdint.h>

extern uint32_t _estack;
void Reset_Handler(void);

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
};

volatile uint32_t sink;
static int8_t a[1024], b[1024];

void Reset_Handler(void) {
  uint32_t sum = 0;
  for (;;) {
    for (int i = 0; i < 1024; ++i) sum += (uint32_t)(a[i] * b[i]) + (sum >> 3);
    sink = sum;
  }
}
