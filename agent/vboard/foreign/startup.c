// Start-up of a program that knows nothing of this project: vector table, memory, SystemInit, main.
#include <stdint.h>

extern uint32_t _estack, _sidata, _sdata, _edata, _sbss, _ebss;
int main(void);
void SystemInit(void);
void SysTick_Handler(void);
void USART3_IRQHandler(void);

void Reset_Handler(void);

void Default_Handler(void);
void Default_Handler(void) {
  for (;;) {
  }
}

void HardFault_Handler(void) __attribute__((weak, alias("Default_Handler")));
void NMI_Handler(void) __attribute__((weak, alias("Default_Handler")));
void MemManage_Handler(void) __attribute__((weak, alias("Default_Handler")));
void BusFault_Handler(void) __attribute__((weak, alias("Default_Handler")));
void UsageFault_Handler(void) __attribute__((weak, alias("Default_Handler")));
void SVC_Handler(void) __attribute__((weak, alias("Default_Handler")));
void PendSV_Handler(void) __attribute__((weak, alias("Default_Handler")));

#define IRQ_COUNT 98
#define USART3_IRQ 39

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16 + IRQ_COUNT] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
    [2] = (uintptr_t)NMI_Handler,
    [3] = (uintptr_t)HardFault_Handler,
    [4] = (uintptr_t)MemManage_Handler,
    [5] = (uintptr_t)BusFault_Handler,
    [6] = (uintptr_t)UsageFault_Handler,
    [11] = (uintptr_t)SVC_Handler,
    [14] = (uintptr_t)PendSV_Handler,
    [15] = (uintptr_t)SysTick_Handler,
    [16 ... 16 + USART3_IRQ - 1] = (uintptr_t)Default_Handler,
    [16 + USART3_IRQ] = (uintptr_t)USART3_IRQHandler,
    [16 + USART3_IRQ + 1 ... 16 + IRQ_COUNT - 1] = (uintptr_t)Default_Handler,
};

void Reset_Handler(void) {
  SystemInit();
  const uint32_t* from = &_sidata;
  for (uint32_t* to = &_sdata; to < &_edata;) *to++ = *from++;
  for (uint32_t* to = &_sbss; to < &_ebss;) *to++ = 0;
  main();
  for (;;) {
  }
}
