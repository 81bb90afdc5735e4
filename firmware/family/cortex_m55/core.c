#include "firmware/family/cortex_m55/core.h"

#include "firmware/family/cortex_m55/registers.h"

enum { kInterruptWords = 16 };  // of the architecture; what a chip has not ignores the write

void er_core_power_caches(void) {
  MEMSYS_MSCR |= MEMSYS_MSCR_ICACTIVE | MEMSYS_MSCR_DCACTIVE;
  er_dsb();
}

void er_core_forget_interrupts(void) {
  SYST_CSR = 0;
  for (uint32_t i = 0; i < kInterruptWords; i++) {
    NVIC_ICER_WORD(i) = 0xFFFFFFFFu;
    NVIC_ICPR_WORD(i) = 0xFFFFFFFFu;
  }
  er_dsb();
  er_isb();
}

enum { kOwnStart = 0x52535421 };
static uint32_t own_start __attribute__((section(".noinit")));

void er_core_note_own_start(void) { own_start = kOwnStart; }

int er_core_take_own_start(void) {
  const int own = own_start == kOwnStart;
  own_start = 0;
  return own;
}

// A handler is left by returning from it: to a frame that begins at the reset handler.
static __attribute__((naked, noreturn)) void return_to_reset_handler(void) {
  __asm__ volatile(
      "mov r0, #0\n"
      "msr msplim, r0\n"
      "ldr r0, =er_stack_top\n"
      "msr msp, r0\n"
      "mov r1, #0x01000000\n"  // xPSR: Thumb
      "ldr r2, =er_reset_handler\n"
      "mov r3, #0\n"
      "push {r1}\n"
      "push {r2}\n"
      "push {r3}\n"
      "push {r3}\n"
      "push {r3}\n"
      "push {r3}\n"
      "push {r3}\n"
      "push {r3}\n"
      "mvn lr, #6\n"  // to thread mode on the main stack, secure, without FPU registers
      "bx lr\n"
      ".ltorg\n");
}

void er_core_restart(void) {
  uint32_t exception;
  __asm__ volatile("cpsid i\n mrs %0, ipsr" : "=r"(exception)::"memory");
  er_core_forget_interrupts();
  if (exception == 0) er_reset_handler();
  if (!(SCB_ICSR & SCB_ICSR_RETTOBASE)) er_core_reset();
  FPU_FPCCR &= ~FPU_FPCCR_LSPACT;  // nobody comes back for the registers kept room for
  return_to_reset_handler();
}

void er_core_sleep(uint32_t cycles) {
  SYST_RVR = cycles;
  SYST_CVR = 0;
  SYST_CSR = SYST_CSR_CORE_CLOCK | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
  er_dsb();
  __asm__ volatile("wfi" ::: "memory");
  SYST_CSR = 0;
}
