// Vector table, reset, and the end of the road: fault handlers. For every chip with a Cortex-M55.
#include <string.h>

#include "firmware/app/link.h"
#include "firmware/family/cortex_m/fault.h"
#include "firmware/family/cortex_m55/core.h"
#include "firmware/family/cortex_m55/registers.h"
#include "firmware/hal/board_api.h"

// From the linker script.
extern uint32_t er_stack_low[], er_stack_top[];
extern uint32_t er_data_start[], er_data_end[], er_data_load[];
extern uint32_t er_bss_start[], er_bss_end[];

void er_start(void) __attribute__((noreturn));
void er_fault_entry(void);
void er_fault_report(const uint32_t* frame, uint32_t exception_return) __attribute__((noreturn));

// As many as a table of 1 KiB holds, which must stand at a multiple of its size.
enum { kNmi = 2, kSysTickVector = 15, kCoreVectors = 16, kVectors = 256 };

// It only ends the sleep of er_board_idle.
static void ignore_tick(void) {}

typedef void (*vector_t)(void);
extern const vector_t er_vectors[kVectors];

// The UART's is the only interrupt that a family turns on.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const vector_t er_vectors[kVectors] __attribute__((section(".vectors"), used)) = {
    [1 ... kCoreVectors - 1] = er_fault_entry,
    [0] = (vector_t)(void*)er_stack_top,
    [1] = er_reset_handler,
    [kSysTickVector] = ignore_tick,
    [kCoreVectors... kVectors - 1] = er_uart_interrupt,
};
#pragma GCC diagnostic pop

// Whoever started the image, a boot ROM or a debugger, leaves a stack, limits and interrupts of its
// own behind; the first push would meet the foreign limit.
__attribute__((naked)) void er_reset_handler(void) {
  __asm__ volatile(
      "cpsid i\n"
      "mov r0, #0\n"
      "msr msplim, r0\n"
      "msr psplim, r0\n"
      "msr control, r0\n"
      "msr basepri, r0\n"
      "msr faultmask, r0\n"
      "ldr r0, =er_stack_top\n"
      "msr msp, r0\n"
      "ldr r0, =er_stack_low\n"
      "msr msplim, r0\n"
      "isb\n"
      "b er_start\n"
      ".ltorg\n");
}

void er_start(void) {
  er_core_forget_interrupts();
  SCB_CPACR |= SCB_CPACR_FPU;  // before any compiled code may use it
  er_dsb();
  er_isb();
  SCB_VTOR = (uint32_t)(uintptr_t)er_vectors;
  SCB_CFSR = SCB_CFSR;  // each bit is cleared by writing 1
  SCB_HFSR = SCB_HFSR;
  SCB_SHCSR |= SCB_SHCSR_FAULTS;
  SCB_CCR |= SCB_CCR_BP | SCB_CCR_LOB;
  memcpy(er_data_start, er_data_load, (size_t)((uint8_t*)er_data_end - (uint8_t*)er_data_start));
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
      "mov r2, #0\n"
      "msr msplim, r2\n"
      "ldr r2, =fault_stack + 512\n"
      "msr msp, r2\n"
      "b er_fault_report\n"
      ".ltorg\n");
}

void er_fault_report(const uint32_t* frame, uint32_t exception_return) {
  uint32_t exception;
  __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
  // Nothing but the watchdog is wired to the NMI.
  const uint32_t kind = exception == kNmi ? ER_FAULT_WATCHDOG : er_fault_kind();
  er_fault_crash(frame, exception_return, kind, SCB_CFSR_STACKING);
}
