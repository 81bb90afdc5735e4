// RM0486, "Reset and clock control": oscillators, PLL1 and the dividers IC1, IC2, IC6 and IC11.
#include "firmware/family/stm32/clock.h"

#include "board_config.h"
#include "firmware/family/stm32n6/clock_plan.h"
#include "firmware/family/stm32n6/registers.h"

enum {
  kHseHz = ER_BOARD_CLOCK_HSE_HZ,
  kHsiHz = 64000000,
  kWaitTurns =
      400000,  // each takes some cycles of the 64 MHz the core has while waiting: over 50 ms
  kSwMask = 3,
};
_Static_assert(ER_BOARD_CLOCK_CORE_HZ <= ER_CHIP_MAX_CLOCK_HZ, "core_hz is over the chip's limit");

static int fell_back;

static int wait_for(volatile uint32_t* reg, uint32_t mask, uint32_t value) {
  for (uint32_t turn = 0; turn < kWaitTurns; turn++) {
    if ((*reg & mask) == value) return 1;
  }
  return 0;
}

static int switch_to(uint32_t source) {
  const uint32_t fields = (uint32_t)kSwMask << RCC_CFGR1_CPUSW_SHIFT | (uint32_t)kSwMask
                                                                           << RCC_CFGR1_SYSSW_SHIFT;
  RCC_CFGR1 =
      (RCC_CFGR1 & ~fields) | source << RCC_CFGR1_CPUSW_SHIFT | source << RCC_CFGR1_SYSSW_SHIFT;
  return wait_for(
      &RCC_CFGR1,
      (uint32_t)kSwMask << RCC_CFGR1_CPUSWS_SHIFT | (uint32_t)kSwMask << RCC_CFGR1_SYSSWS_SHIFT,
      source << RCC_CFGR1_CPUSWS_SHIFT | source << RCC_CFGR1_SYSSWS_SHIFT);
}

static int start(uint32_t oscillator) {
  RCC_SET(RCC_CR) = oscillator;
  return wait_for(&RCC_SR, oscillator, oscillator);
}

// The boot ROM or an earlier start may have left core and buses on the PLL, or the PLL bypassed.
static void leave_pll(void) {
  start(RCC_CR_HSION);
  switch_to(RCC_SW_HSI);
  RCC_CLEAR(RCC_CR) = RCC_CR_PLL1ON;
  wait_for(&RCC_SR, RCC_CR_PLL1ON, 0);
}

static int start_pll(uint32_t source, const er_clock_plan_t* plan) {
  RCC_PLL1CFGR3 = RCC_PLL_MODSSDIS | 1u << RCC_PLL_PDIV1_SHIFT | 1u << RCC_PLL_PDIV2_SHIFT;
  RCC_PLL1CFGR1 = source << RCC_PLL_SOURCE_SHIFT | plan->m << RCC_PLL_DIVM_SHIFT |
                  plan->n << RCC_PLL_DIVN_SHIFT;
  RCC_PLL1CFGR2 = 0;  // no fraction
  RCC_PLL1CFGR3 |= RCC_PLL_MODSSRST | RCC_PLL_PDIVEN;
  return start(RCC_CR_PLL1ON);
}

static void divide(uint32_t ic, uint32_t by) {
  RCC_ICCFGR(ic) = (by - 1u) << RCC_ICCFGR_INT_SHIFT;  // of PLL1
  RCC_SET(RCC_DIVENR) = ER_BIT(ic - 1u);
}

void er_clock_init(uint32_t core_hz) {
  leave_pll();
  const int hse = start(RCC_CR_HSEON);
  fell_back = !hse;
  er_clock_plan_t plan;
  if (er_clock_plan(hse ? kHseHz : kHsiHz, core_hz, &plan) &&
      start_pll(hse ? RCC_PLL_SOURCE_HSE : RCC_PLL_SOURCE_HSI, &plan)) {
    divide(1, plan.core);
    divide(2, plan.bus);
    divide(6, plan.npu);
    divide(11, plan.sram);
    RCC_CFGR2 = 1u << RCC_CFGR2_HPRE_SHIFT;  // AHB at half of the bus, APBs at AHB's
    if (switch_to(RCC_SW_IC)) return;
  }
  fell_back = 1;
  leave_pll();
}

int er_clock_fell_back(void) { return fell_back; }

uint32_t er_clock_core_hz(void) {
  if ((RCC_CFGR1 >> RCC_CFGR1_CPUSWS_SHIFT & kSwMask) != RCC_SW_IC) return kHsiHz;
  const uint32_t pll = RCC_PLL1CFGR1;
  const uint32_t source =
      (pll >> RCC_PLL_SOURCE_SHIFT & 7u) == RCC_PLL_SOURCE_HSE ? kHseHz : kHsiHz;
  return er_clock_of(source, pll >> RCC_PLL_DIVM_SHIFT & 0x3Fu, pll >> RCC_PLL_DIVN_SHIFT & 0xFFFu,
                     (RCC_ICCFGR(1) >> RCC_ICCFGR_INT_SHIFT & 0xFFu) + 1u);
}

// From the internal oscillator, so that it survives a core clock that is not what it should be.
uint32_t er_clock_start_uart(void) {
  const uint32_t shift = ER_BOARD_UART_INSTANCE_KERNEL_SHIFT;
  RCC_CCIPR13 = (RCC_CCIPR13 & ~(7u << shift)) | RCC_CCIPR13_HSI << shift;
  ER_REGISTER(ER_BOARD_UART_INSTANCE_CLOCK_ADDRESS) |= ER_BIT(ER_BOARD_UART_INSTANCE_CLOCK_BIT);
  er_dsb();
  return kHsiHz;
}
