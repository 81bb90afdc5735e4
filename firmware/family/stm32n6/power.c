// RM0486, "Power control" and "RAMs configuration controller".
#include "firmware/family/stm32n6/power.h"

#include "firmware/family/stm32n6/registers.h"

enum { kWaitTurns = 20000, kFirstRam = 1, kLastRam = 6 };

static void wait_for(volatile uint32_t* reg, uint32_t mask) {
  for (uint32_t turn = 0; turn < kWaitTurns && !(*reg & mask); turn++) {
  }
}

void er_power_set_voltage(void) {
  RCC_SET(RCC_AHB4ENR) = RCC_AHB4ENR_PWR;
  er_dsb();
  PWR_CR1 &= ~PWR_CR1_SDEN;  // VDDCORE comes from the board's own regulator
  wait_for(&PWR_VOSCR, PWR_VOSCR_ACTVOSRDY);
  PWR_VOSCR |= PWR_VOSCR_SCALE0;
  wait_for(&PWR_VOSCR, PWR_VOSCR_VOSRDY);
}

void er_power_up_memories(void) {
  RCC_SET(RCC_MEMENR) = RCC_MEMENR_AXISRAM1 | RCC_MEMENR_AXISRAM2 | RCC_MEMENR_AXISRAM3_6;
  RCC_SET(RCC_AHB2ENR) = RCC_AHB2ENR_RAMCFG;
  er_dsb();
  for (uint32_t ram = kFirstRam; ram <= kLastRam; ram++) {
    RAMCFG_CR(ram) &= ~RAMCFG_CR_SRAMSD;
    (void)RAMCFG_CR(ram);  // it is on when it reads back
  }
  er_dsb();
}
