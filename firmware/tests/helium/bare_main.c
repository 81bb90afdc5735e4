// A program without an operating system, for an emulated board with semihosting: vectors, memory,
// main, and its way out.
#include "firmware/tests/helium/bare_main.h"

#include <string.h>

#include "firmware/family/cortex_m55/core.h"
#include "firmware/family/cortex_m55/registers.h"

extern uint32_t er_stack_top[];
extern uint32_t er_data_start[], er_data_end[], er_data_load[];
extern uint32_t er_bss_start[], er_bss_end[];

enum { kSysWrite0 = 0x04, kSysExitExtended = 0x20, kApplicationExit = 0x20026, kVectors = 16 };

static int semihosting(int operation, const void* argument) {
  register int r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void er_bare_print(const char* text) { semihosting(kSysWrite0, text); }

static __attribute__((noreturn)) void leave(uint32_t status) {
  const uint32_t block[2] = {kApplicationExit, status};
  semihosting(kSysExitExtended, block);
  for (;;) {
  }
}

void er_reset_handler(void) {
  SCB_CPACR |= SCB_CPACR_FPU;
  er_dsb();
  er_isb();
  memcpy(er_data_start, er_data_load, (size_t)((uint8_t*)er_data_end - (uint8_t*)er_data_start));
  memset(er_bss_start, 0, (size_t)((uint8_t*)er_bss_end - (uint8_t*)er_bss_start));
  leave((uint32_t)er_bare_run());
}

static void fault(void) {
  if (er_bare_fault()) er_core_restart();
  er_bare_print("FAULT\n");
  leave(1);
}

typedef void (*vector_t)(void);
extern const vector_t er_vectors[kVectors];
const vector_t er_vectors[kVectors] __attribute__((section(".vectors"), used)) = {
    (vector_t)(void*)er_stack_top, er_reset_handler, fault, fault, fault, fault, fault, fault};
