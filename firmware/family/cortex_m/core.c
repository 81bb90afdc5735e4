#include "firmware/family/cortex_m/core.h"

#include "firmware/family/cortex_m/registers.h"
#include "firmware/hal/board_api.h"

void er_core_reset(void) {
  er_dsb();
  SCB_AIRCR = SCB_AIRCR_RESET;
  er_dsb();
  for (;;) {
  }
}

__attribute__((naked)) void er_board_call_on_stack(uint8_t* top, void (*call)(void*),
                                                   void* argument) {
  (void)top;
  (void)call;
  (void)argument;
  __asm__ volatile(
      "push {r4, lr}\n"
      "mov r4, sp\n"
      "mov sp, r0\n"
      "mov r0, r2\n"
      "blx r1\n"
      "mov sp, r4\n"
      "pop {r4, pc}\n");
}

uint32_t er_board_critical_enter(void) {
  uint32_t state;
  __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(state)::"memory");
  return state;
}

void er_board_critical_leave(uint32_t state) {
  __asm__ volatile("msr primask, %0" ::"r"(state) : "memory");
}
