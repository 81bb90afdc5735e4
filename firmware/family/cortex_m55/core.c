#include "firmware/family/cortex_m55/core.h"

#include "firmware/family/cortex_m55/registers.h"
#include "firmware/hal/board_api.h"

enum { kInterruptWords = 16 };  // of the architecture; what a chip has not ignores the write

void er_core_forget_interrupts(void) {
  SYST_CSR = 0;
  for (uint32_t i = 0; i < kInterruptWords; i++) {
    NVIC_ICER_WORD(i) = 0xFFFFFFFFu;
    NVIC_ICPR_WORD(i) = 0xFFFFFFFFu;
  }
  er_dsb();
  er_isb();
}

void er_core_sleep(void) {
  SYST_RVR = SYST_RVR_MAX;
  SYST_CVR = 0;
  SYST_CSR = SYST_CSR_CORE_CLOCK | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
  er_dsb();
  __asm__ volatile("wfi" ::: "memory");
  SYST_CSR = 0;
}

uint32_t er_board_critical_enter(void) {
  uint32_t state;
  __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(state)::"memory");
  return state;
}

void er_board_critical_leave(uint32_t state) {
  __asm__ volatile("msr primask, %0" ::"r"(state) : "memory");
}
