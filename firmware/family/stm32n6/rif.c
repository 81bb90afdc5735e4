// RM0486, "Resource isolation framework" and "RISAF": unit 2 guards AXISRAM1, 3 AXISRAM2, 6
// AXISRAM3 to 6. Without any region a memory is the core's alone (compartment 1, secure,
// privileged), which would do; a region left by someone else might not.
#include "firmware/family/stm32n6/rif.h"

#include "firmware/family/stm32n6/registers.h"

static void open(uint32_t unit, uint32_t bytes) {
  RISAF_STARTR(unit) = 0;
  RISAF_ENDR(unit) = bytes - 1u;
  RISAF_CIDCFGR(unit) = RISAF_CIDCFGR_ALL;
  RISAF_CFGR(unit) = RISAF_CFGR_ENABLE | RISAF_CFGR_SECURE;
}

void er_rif_open_memories(void) {
  enum { kKib = 1024 };
  RCC_SET(RCC_AHB3ENR) = RCC_AHB3ENR_RIFSC | RCC_AHB3ENR_RISAF;
  er_dsb();
  open(2, 624 * kKib);
  open(3, 1024 * kKib);
  open(6, 4 * 448 * kKib);
  er_dsb();
}
