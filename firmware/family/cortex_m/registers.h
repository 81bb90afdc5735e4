// The registers that a Cortex-M7 and a Cortex-M55 have alike (Armv7-M ARM, Armv8-M ARM), and
// barriers.
#ifndef FIRMWARE_FAMILY_CORTEX_M_REGISTERS_H_
#define FIRMWARE_FAMILY_CORTEX_M_REGISTERS_H_

#include <stdint.h>

#define ER_REGISTER(address) (*(volatile uint32_t*)(uintptr_t)(address))
#define ER_BIT(n) (1u << (n))

#define SYST_CSR ER_REGISTER(0xE000E010)
#define SYST_CSR_ENABLE ER_BIT(0)
#define SYST_CSR_TICKINT ER_BIT(1)
#define SYST_CSR_CORE_CLOCK ER_BIT(2)
#define SYST_RVR ER_REGISTER(0xE000E014)
#define SYST_CVR ER_REGISTER(0xE000E018)
#define NVIC_ISER(irq) ER_REGISTER(0xE000E100u + 4u * ((irq) / 32u))
#define SCB_CPUID ER_REGISTER(0xE000ED00)
#define SCB_VTOR ER_REGISTER(0xE000ED08)
#define SCB_AIRCR ER_REGISTER(0xE000ED0C)
#define SCB_AIRCR_RESET ((0x05FAu << 16) | ER_BIT(2))  // key and SYSRESETREQ
#define SCB_CCR ER_REGISTER(0xE000ED14)
#define SCB_CCR_DC ER_BIT(16)
#define SCB_CCR_IC ER_BIT(17)
#define SCB_SHCSR ER_REGISTER(0xE000ED24)
#define SCB_CFSR ER_REGISTER(0xE000ED28)
#define SCB_HFSR ER_REGISTER(0xE000ED2C)
#define SCB_MMFAR ER_REGISTER(0xE000ED34)
#define SCB_BFAR ER_REGISTER(0xE000ED38)
#define SCB_CCSIDR ER_REGISTER(0xE000ED80)
#define SCB_CSSELR ER_REGISTER(0xE000ED84)
#define SCB_CPACR ER_REGISTER(0xE000ED88)
#define SCB_CPACR_FPU (0xFu << 20)  // floating point, and Helium where there is
#define DEMCR ER_REGISTER(0xE000EDFC)
#define DEMCR_TRCENA ER_BIT(24)
#define SCB_ICIALLU ER_REGISTER(0xE000EF50)
#define SCB_DCISW ER_REGISTER(0xE000EF60)
#define SCB_DCCISW ER_REGISTER(0xE000EF74)

static inline void er_dsb(void) { __asm__ volatile("dsb 0xF" ::: "memory"); }
static inline void er_isb(void) { __asm__ volatile("isb 0xF" ::: "memory"); }

#endif  // FIRMWARE_FAMILY_CORTEX_M_REGISTERS_H_
