// Reset, and the end of the road: fault handlers.
#include "firmware/family/armv7m/startup.h"

#include <string.h>

#include "firmware/app/link.h"
#include "firmware/family/armv7m/core.h"
#include "firmware/family/cortex_m/fault.h"
#include "firmware/hal/board_api.h"

// From the linker script.
extern uint32_t er_data_start[], er_data_end[], er_data_load[];
extern uint8_t er_kernels_start[], er_kernels_load[], er_kernels_copied_bytes[];
extern uint32_t er_bss_start[], er_bss_end[];

void er_start(void) __attribute__((noreturn, used));
void er_fault_report(const uint32_t* frame, uint32_t exception_return) __attribute__((noreturn));

__attribute__((weak, naked)) void er_chip_confirm_supply(void) { __asm__ volatile("bx lr"); }

// A debugger that starts the image by its entry point leaves its own stack pointer behind.
__attribute__((naked)) void er_reset_handler(void) {
  __asm__ volatile(
      "ldr r0, =er_stack_top\n"
      "msr msp, r0\n"
      "cpsid i\n"
      "bl er_chip_confirm_supply\n"
      "b er_start\n"
      ".ltorg\n");
}

void er_start(void) {
#ifdef __ARM_FP
  SCB_CPACR |= SCB_CPACR_FPU;  // before any compiled code may use it
  er_dsb();
  er_isb();
#endif
  SCB_VTOR = (uint32_t)(uintptr_t)er_vectors;
  SCB_SHCSR |= SCB_SHCSR_FAULTS;
  memcpy(er_data_start, er_data_load, (size_t)((uint8_t*)er_data_end - (uint8_t*)er_data_start));
  // Nothing but in a build that has its kernels in memory of their own.
  memcpy(er_kernels_start, er_kernels_load, (size_t)(uintptr_t)er_kernels_copied_bytes);
  er_dsb();
  er_isb();
  memset(er_bss_start, 0, (size_t)((uint8_t*)er_bss_end - (uint8_t*)er_bss_start));
  er_board_init();
  __asm__ volatile("cpsie i");
  er_app_main();
}

// Faults are reported from a stack of their own: the usual one may be what overflowed.
static uint64_t fault_stack[64] __attribute__((used));

__attribute__((naked)) void er_fault_entry(void) {
  __asm__ volatile(
      "tst lr, #4\n"
      "ite eq\n"
      "mrseq r0, msp\n"
      "mrsne r0, psp\n"
      "mov r1, lr\n"
      "ldr r2, =fault_stack + 512\n"
      "msr msp, r2\n"
      "b er_fault_report\n"
      ".ltorg\n");
}

void er_fault_report(const uint32_t* frame, uint32_t exception_return) {
  er_fault_crash(frame, exception_return, er_fault_kind(), SCB_CFSR_STACKING);
}
