// The registers that the firmware touches of a Cortex-M55 only (Armv8-M ARM, Cortex-M55 TRM).
#ifndef FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_
#define FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_

#include "firmware/family/cortex_m/registers.h"

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

// NVIC
#define NVIC_ICER_WORD(i) ER_REGISTER(0xE000E180u + 4u * (i))
#define NVIC_ICPR_WORD(i) ER_REGISTER(0xE000E280u + 4u * (i))

// System control
#define SCB_ICSR ER_REGISTER(0xE000ED04)
#define SCB_ICSR_RETTOBASE ER_BIT(11)  // no other exception is active
#define SCB_CCR_BP ER_BIT(18)
#define SCB_CCR_LOB ER_BIT(19)
#define SCB_SHCSR_FAULTS (ER_BIT(16) | ER_BIT(17) | ER_BIT(18) | ER_BIT(19))
#define SCB_CFSR_STACKING (ER_BIT(4) | ER_BIT(5) | ER_BIT(12) | ER_BIT(13) | ER_BIT(20))
#define FPU_FPCCR ER_REGISTER(0xE000EF34)
#define FPU_FPCCR_LSPACT ER_BIT(0)

#endif  // FIRMWARE_FAMILY_CORTEX_M55_REGISTERS_H_
