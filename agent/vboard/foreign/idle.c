// Sleeps for ever, woken by SysTick a thousand times a second.
#include <stdint.h>

extern uint32_t _estack;
void Reset_Handler(void);
void SysTick_Handler(void);

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
    [15] = (uintptr_t)SysTick_Handler,
};

volatile uint32_t ticks;

void SysTick_Handler(void) { ++ticks; }

void Reset_Handler(void) {
  *(volatile uint32_t*)0xE000E014 = 16000 - 1;
  *(volatile uint32_t*)0xE000E018 = 0;
  *(volatile uint32_t*)0xE000E010 = 7;
  for (;;) __asm volatile("wfi");
}
