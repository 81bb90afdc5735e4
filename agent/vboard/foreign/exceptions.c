// Exercises exceptions and faults on the bare core and leaves what happened in a table at
// 0x20040000: word 0 is the number of checks run, the words after it one result each, in the order
// of enum check.
#include <stdint.h>

#define REG(address) (*(volatile uint32_t*)(address))
#define ICSR REG(0xE000ED04)
#define AIRCR REG(0xE000ED0C)
#define SCR REG(0xE000ED10)
#define CCR REG(0xE000ED14)
#define SHPR2 REG(0xE000ED1C)
#define SHPR3 REG(0xE000ED20)
#define SHCSR REG(0xE000ED24)
#define CFSR REG(0xE000ED28)
#define HFSR REG(0xE000ED2C)
#define BFAR REG(0xE000ED38)
#define CPACR REG(0xE000ED88)
#define ISER0 REG(0xE000E100)
#define ISPR0 REG(0xE000E200)
#define IPR0 REG(0xE000E400)
#define IPR1 REG(0xE000E404)

#define RESULTS ((volatile uint32_t*)0x20040000)

extern uint32_t _estack;
void Reset_Handler(void);
int main(void);

static volatile uint32_t order;  // one hexadecimal digit per handler entered or left
static volatile uint32_t fault_cfsr, fault_hfsr, fault_address, fault_pc, fault_number;
static volatile uint32_t skip_bytes = 4;
static volatile uint32_t svc_number, handler_primask, handler_control;

static void note(uint32_t digit) { order = order << 4 | digit; }

// Common fault entry: records, steps over the faulting instruction, returns.
__attribute__((used)) void fault_c(uint32_t* frame, uint32_t number) {
  fault_number = number;
  fault_cfsr = CFSR;
  fault_hfsr = HFSR;
  fault_address = BFAR;
  fault_pc = frame[6];
  CFSR = 0xFFFFFFFF;
  HFSR = 0xFFFFFFFF;
  if (fault_cfsr & (1u << 19))
    CPACR |= 0xFu << 20;  // no coprocessor: enable it and try again
  else if (fault_cfsr & 0x101)
    frame[6] = frame[5];  // a jump to nowhere: back to the caller
  else
    frame[6] += skip_bytes;
  frame[7] |= 1u << 24;
}

__attribute__((naked, used)) void Fault_Handler(void) {
  __asm volatile(
      "tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n mrs r1, ipsr\n push {r4, lr}\n bl "
      "fault_c\n pop {r4, pc}");
}

__attribute__((used)) void svc_c(uint32_t* frame) {
  svc_number = ((uint16_t*)frame[6])[-1] & 0xFF;
  __asm volatile("mrs %0, control" : "=r"(handler_control));
  // A handler is privileged, whatever it interrupted.
  __asm volatile("cpsid i\n mrs %0, primask\n cpsie i" : "=r"(handler_primask));
  if (svc_number == 7) {  // back to privileged mode
    uint32_t control;
    __asm volatile("mrs %0, control\n bic %0, %0, #1\n msr control, %0\n isb" : "=&r"(control));
  }
}

__attribute__((naked, used)) void Svc_Handler(void) {
  __asm volatile(
      "tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n push {r4, lr}\n bl svc_c\n pop {r4, "
      "pc}");
}

__attribute__((used)) void PendSv_Handler(void) { note(0xA); }
static volatile uint32_t systicks;
__attribute__((used)) void SysTick_Handler(void) { ++systicks; }
__attribute__((used)) void Irq0_Handler(void) {  // priority 0x80
  note(0x3);
  ISPR0 = 1u << 1;  // higher: comes at once
  ISPR0 = 1u << 2;  // same: waits
  __asm volatile("dsb\n isb");
  note(0xE);
}
__attribute__((used)) void Irq1_Handler(void) { note(0x1); }
__attribute__((used)) void Irq2_Handler(void) { note(0x2); }
static volatile float handler_float;
__attribute__((used)) void Irq3_Handler(void) {
  register float f __asm("s16") = 3.0f;
  __asm volatile("vmov.f32 s0, #5.0\n vmov.f32 s15, #5.0\n vmov.f32 %0, #5.0"
                 : "+t"(f)::"s0", "s15");
  handler_float = f;
}

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16 + 16] = {
    [0] = (uintptr_t)&_estack,         [1] = (uintptr_t)Reset_Handler,
    [3] = (uintptr_t)Fault_Handler,    [4] = (uintptr_t)Fault_Handler,
    [5] = (uintptr_t)Fault_Handler,    [6] = (uintptr_t)Fault_Handler,
    [11] = (uintptr_t)Svc_Handler,     [14] = (uintptr_t)PendSv_Handler,
    [15] = (uintptr_t)SysTick_Handler, [16] = (uintptr_t)Irq0_Handler,
    [17] = (uintptr_t)Irq1_Handler,    [18] = (uintptr_t)Irq2_Handler,
    [19] = (uintptr_t)Irq3_Handler,
};

static uint32_t count;
static void result(uint32_t value) {
  RESULTS[1 + count] = value;
  RESULTS[0] = ++count;
}

static uint32_t psp_stack[256];

__attribute__((noinline)) static void fault_probe(uint32_t address) { (void)REG(address); }

// Everything that may save FP registers at its start is behind the check that the FPU is off.
void Reset_Handler(void) {
  RESULTS[0] = 0;
  order = 0;
  count = 0;
  skip_bytes = 4;
  systicks = 0;
  fault_number = 0;
  __asm volatile("nop\n vmov.f32 s1, #1.0");
  main();
}

int main(void) {
  // 0 FPU off: the first use faults with NOCP, as a UsageFault escalated to HardFault.
  result(fault_number << 24 | (fault_cfsr >> 16));
  result(fault_hfsr >> 30);
  // 2, 3 BusFault with its address, once escalated and once on its own.
  fault_number = 0;
  __asm volatile("movs r1, #1\n ldr.w r0, [%0]\n movs r1, #2" ::"r"(0x60000000) : "r0", "r1");
  result(fault_number << 24 | fault_cfsr);
  result(fault_address);
  SHCSR |= 7u << 16;
  __asm volatile("str.w %1, [%0, #8]" ::"r"(0x60000000), "r"(1));
  result(fault_number << 24 | fault_cfsr);
  result(fault_address);
  // 6 An undefined instruction is a UsageFault.
  __asm volatile(".inst.w 0xf7f0a000");
  result(fault_number << 24 | fault_cfsr >> 16);
  // 7 Division by zero, asked for.
  CCR |= 1u << 4;
  uint32_t quotient;
  __asm volatile("dsb\n isb\n movs r1, #0\n mov r2, #9\n mov %0, #77\n udiv.w %0, r2, r1"
                 : "=&r"(quotient)::"r1", "r2");
  result(fault_number << 24 | fault_cfsr >> 16);
  CCR &= ~(1u << 4);
  // 8 A jump to memory that is not there.
  __asm volatile("blx %0" ::"r"(0x60000001) : "lr", "r0", "r1", "r2", "r3", "r12", "memory");
  result(fault_number << 24 | fault_cfsr);
  // 9 A jump into registers: never executable.
  __asm volatile("blx %0" ::"r"(0x40000001) : "lr", "r0", "r1", "r2", "r3", "r12", "memory");
  result(fault_number << 24 | fault_cfsr);
  // 10 SVC
  __asm volatile("svc 42" ::: "r0", "r1", "r2", "r3", "r12", "memory");
  result(svc_number);
  // 11 Priorities: IRQ0 (0x80) is pre-empted by IRQ1 (0x40); IRQ2 (0x80) waits; PendSV (0xF0) is
  // last.
  SHPR3 = 0xF0u << 16;
  IPR0 = 0x80u | 0x40u << 8 | 0x80u << 16 | 0x20u << 24;
  ISER0 = 0xF;
  order = 0;
  __asm volatile("cpsid i");
  ICSR = 1u << 28;
  ISPR0 = 1u;
  __asm volatile("dsb\n isb\n nop");
  result(order);  // PRIMASK holds
  __asm volatile("cpsie i\n isb\n nop");
  result(order);
  // 13 BASEPRI holds what is not above it.
  order = 0;
  __asm volatile("msr basepri, %0\n isb" ::"r"(0x60));
  ISPR0 = 1u << 2;
  ISPR0 = 1u << 1;
  __asm volatile("dsb\n isb\n nop");
  result(order);
  __asm volatile("msr basepri, %0\n isb\n nop" ::"r"(0));
  result(order);
  // 15 FP registers survive a handler that uses them.
  register float kept __asm("s0") = 2.5f;
  register float kept2 __asm("s16") = 1.25f;
  __asm volatile("" : "+t"(kept), "+t"(kept2));
  ISPR0 = 1u << 3;
  __asm volatile("dsb\n isb\n nop" : "+t"(kept), "+t"(kept2)::"s1", "s2");
  result((kept == 2.5f) | (kept2 == 1.25f) << 1 | (handler_float == 5.0f) << 2);
  // 16 Unprivileged thread on its own stack, SVC back.
  uint32_t msp_before, control_now, sp_now;
  __asm volatile("mrs %0, msp" : "=r"(msp_before));
  __asm volatile("msr psp, %0\n isb" ::"r"(&psp_stack[250]));
  __asm volatile(
      "mov r4, sp\n mov r0, #3\n msr control, r0\n isb\n mrs %0, control\n mov %1, sp\n"
      "cpsid i\n svc 7\n movs r0, #0\n msr control, r0\n isb\n mov sp, r4"
      : "=&r"(control_now), "=&r"(sp_now)::"r0", "r1", "r2", "r3", "r4", "r12", "memory");
  uint32_t primask;
  __asm volatile("mrs %0, primask" : "=r"(primask));
  result((control_now & 3) | (sp_now == (uint32_t)&psp_stack[250]) << 2 | (primask == 0) << 3 |
         (svc_number == 7) << 4 | ((handler_control & 2) == 0) << 5 | handler_primask << 6);
  // 17 Tail: an exception pended inside a handler of the same priority runs after it, in thread
  // state once more.
  order = 0;
  ISPR0 = 1u;
  __asm volatile("dsb\n isb\n nop");
  result(order);
  // 18 SysTick wakes WFI.
  REG(0xE000E014) = 999;
  REG(0xE000E018) = 0;
  REG(0xE000E010) = 7;
  for (int i = 0; i < 5; ++i) __asm volatile("wfi");
  REG(0xE000E010) = 0;
  result(systicks);
  // 19 A pending but masked interrupt ends WFI.
  __asm volatile("cpsid i");
  ISPR0 = 1u << 1;
  __asm volatile("wfi");
  order = 0;
  __asm volatile("cpsie i\n isb\n nop");
  result(order);
  // 20 SEV, then WFE goes on; so does a WFE after an exception.
  __asm volatile("sev\n wfe");
  result(0x5E5E);
  fault_probe(0x20000000);
  RESULTS[0] = count | 0x80000000;
  for (;;) __asm volatile("wfi");
  return 0;
}
