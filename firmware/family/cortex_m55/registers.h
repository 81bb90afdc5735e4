// The registers of the Cortex-M55 that the firmware touches (Armv8-M ARM, Cortex-M55 TRM).
#ifndef FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_
#define FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_

#include <stdint.h>

#define ER_REGISTER(address) (*(volatile uint32_t*)(uintptr_t)(address))
#define ER_BIT(n) (1u << (n))

// Memory system control: power of the caches
#define MEMSYS_MSCR ER_REGISTER(0xE001E000)
#define MEMSYS_MSCR_DCACTIVE ER_BIT(12)
#define MEMSYS_MSCR_ICACTIVE ER_BIT(13)

// Performance monitoring unit
#define PMU_CCNTR ER_REGISTER(0xE000307C)
#define PMU_CNTENSET ER_REGISTER(0xE0003C00)
#define PMU_CNTENSET_CYCLES ER_BIT(31)
#define PMU_CTRL ER_REGISTER(0xE0003E04)
#define PMU_CTRL_ENABLE ER_BIT(0)
#define PMU_CTRL_RESET_CYCLES ER_BIT(2)
#define DEMCR ER_REGISTER(0xE000EDFC)
#define DEMCR_TRCENA ER_BIT(24)

// SysTick
#define SYST_CSR ER_REGISTER(0xE000E010)
#define SYST_CSR_ENABLE ER_BIT(0)
#define SYST_CSR_TICKINT ER_BIT(1)
#define SYST_CSR_CORE_CLOCK ER_BIT(2)
#define SYST_RVR ER_REGISTER(0xE000E014)
#define SYST_RVR_MAX 0xFFFFFFu
#define SYST_CVR ER_REGISTER(0xE000E018)

// NVIC
#define NVIC_ISER(irq) ER_REGISTER(0xE000E100u + 4u * ((irq) / 32u))
#define NVIC_ICER_WORD(i) ER_REGISTER(0xE000E180u + 4u * (i))
#define NVIC_ICPR_WORD(i) ER_REGISTER(0xE000E280u + 4u * (i))

// System control
#define SCB_CPUID ER_REGISTER(0xE000ED00)
#define SCB_ICSR ER_REGISTER(0xE000ED04)
#define SCB_ICSR_RETTOBASE ER_BIT(11)  // no other exception is active
#define SCB_VTOR ER_REGISTER(0xE000ED08)
#define SCB_AIRCR ER_REGISTER(0xE000ED0C)
#define SCB_AIRCR_RESET 0x05FA0004u  // key and SYSRESETREQ
#define SCB_CCR ER_REGISTER(0xE000ED14)
#define SCB_CCR_DC ER_BIT(16)
#define SCB_CCR_IC ER_BIT(17)
#define SCB_CCR_BP ER_BIT(18)
#define SCB_CCR_LOB ER_BIT(19)
#define SCB_SHCSR ER_REGISTER(0xE000ED24)
#define SCB_SHCSR_FAULTS (ER_BIT(16) | ER_BIT(17) | ER_BIT(18) | ER_BIT(19))
#define SCB_CFSR ER_REGISTER(0xE000ED28)
#define SCB_CFSR_STACKING (ER_BIT(4) | ER_BIT(5) | ER_BIT(12) | ER_BIT(13) | ER_BIT(20))
#define SCB_HFSR ER_REGISTER(0xE000ED2C)
#define SCB_MMFAR ER_REGISTER(0xE000ED34)
#define SCB_BFAR ER_REGISTER(0xE000ED38)
#define SCB_CCSIDR ER_REGISTER(0xE000ED80)
#define SCB_CSSELR ER_REGISTER(0xE000ED84)
#define SCB_CPACR ER_REGISTER(0xE000ED88)
#define SCB_CPACR_FPU (0xFu << 20)  // floating point and Helium
#define FPU_FPCCR ER_REGISTER(0xE000EF34)
#define FPU_FPCCR_LSPACT ER_BIT(0)
#define SCB_ICIALLU ER_REGISTER(0xE000EF50)
#define SCB_DCISW ER_REGISTER(0xE000EF60)
#define SCB_DCCISW ER_REGISTER(0xE000EF74)

static inline void er_dsb(void) { __asm__ volatile("dsb" ::: "memory"); }
static inline void er_isb(void) { __asm__ volatile("isb" ::: "memory"); }

#endif  // FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_
