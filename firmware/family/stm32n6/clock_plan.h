// What the clock tree of an STM32N6 is to be, as numbers: no register in here.
#ifndef FIRMWARE_FAMILY_STM32N6_CLOCK_PLAN_H_
#define FIRMWARE_FAMILY_STM32N6_CLOCK_PLAN_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// PLL1 makes source / m * n; each of the four clocks is that, divided.
typedef struct {
  uint32_t m, n;
  uint32_t core;  // IC1
  uint32_t bus;   // IC2
  uint32_t npu;   // IC6
  uint32_t sram;  // IC11, of AXISRAM3 to 6
} er_clock_plan_t;

// For a core clock without overdrive. 0 where the PLL cannot make it of this source.
int er_clock_plan(uint32_t source_hz, uint32_t core_hz, er_clock_plan_t* plan);

// What a divider of IC gets in Hz from a PLL set up as the fields say; 0 when m or div is.
uint32_t er_clock_of(uint32_t source_hz, uint32_t m, uint32_t n, uint32_t divider);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_FAMILY_STM32N6_CLOCK_PLAN_H_
