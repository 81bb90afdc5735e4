// The registers that the firmware touches of an Armv7-M core only (Armv7-M ARM, Cortex-M7 TRM).
#ifndef FIRMWARE_FAMILY_ARMV7M_CORE_H_
#define FIRMWARE_FAMILY_ARMV7M_CORE_H_

#include "firmware/family/cortex_m/registers.h"

#define DWT_CTRL ER_REGISTER(0xE0001000)
#define DWT_CTRL_CYCCNTENA ER_BIT(0)
#define DWT_CYCCNT ER_REGISTER(0xE0001004)
#define DWT_LAR ER_REGISTER(0xE0001FB0)
#define DWT_LAR_KEY 0xC5ACCE55u
#define SCB_SHCSR_FAULTS (ER_BIT(16) | ER_BIT(17) | ER_BIT(18))
#define SCB_CFSR_STACKING (ER_BIT(4) | ER_BIT(12))  // MSTKERR, STKERR: no frame was written
#define MPU_CTRL ER_REGISTER(0xE000ED94)
#define MPU_CTRL_ENABLE ER_BIT(0)
#define MPU_CTRL_PRIVDEFENA ER_BIT(2)
#define MPU_RNR ER_REGISTER(0xE000ED98)
#define MPU_RBAR ER_REGISTER(0xE000ED9C)
#define MPU_RASR ER_REGISTER(0xE000EDA0)
#define MPU_RASR_ENABLE ER_BIT(0)
#define MPU_RASR_SIZE_4G (31u << 1)
#define MPU_RASR_WITHOUT(subregions) ((uint32_t)(subregions) << 8)
#define MPU_RASR_XN ER_BIT(28)

#endif  // FIRMWARE_FAMILY_ARMV7M_CORE_H_
