#include "firmware/family/stm32n6/clock_plan.h"

enum {
  kMhz = 1000000,
  // Both HSI (64 MHz) and the boards' crystal (48 MHz) divide to it, and the PLL takes 5 to 50 MHz.
  kInputHz = 16 * kMhz,
  kMaxM = 63,
  kMinN = 10,
  kMaxN = 2500,
  // At the voltage without overdrive.
  kMaxCoreHz = 600 * kMhz,
  kMaxBusHz = 400 * kMhz,
  kMaxNpuHz = 800 * kMhz,
  kMaxSramHz = 400 * kMhz,
};

// The least divider that keeps `hz` within `max_hz`.
static uint32_t divider(uint64_t hz, uint32_t max_hz) {
  return (uint32_t)((hz + max_hz - 1) / max_hz);
}

int er_clock_plan(uint32_t source_hz, uint32_t core_hz, er_clock_plan_t* plan) {
  // Twice the core's, so that the buses have whole dividers to choose from.
  const uint64_t pll_hz = 2ull * core_hz;
  plan->m = source_hz / kInputHz;
  plan->n = (uint32_t)(pll_hz / kInputHz);
  plan->core = 2;
  plan->bus = divider(pll_hz, kMaxBusHz);
  plan->npu = divider(pll_hz, kMaxNpuHz);
  plan->sram = divider(pll_hz, kMaxSramHz);
  return core_hz <= kMaxCoreHz && source_hz % kInputHz == 0 && pll_hz % kInputHz == 0 &&
         plan->m >= 1 && plan->m <= kMaxM && plan->n >= kMinN && plan->n <= kMaxN;
}

uint32_t er_clock_of(uint32_t source_hz, uint32_t m, uint32_t n, uint32_t divide) {
  return m && divide ? (uint32_t)((uint64_t)source_hz / m * n / divide) : 0;
}
