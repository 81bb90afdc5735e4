#include "firmware/family/mps3/counter.h"

#include "board_config.h"
#include "firmware/family/mps3/registers.h"

// The counter runs from the subsystem's clock; its scale makes core_hz of it. Where the board is
// emulated with a fixed time per instruction, core_hz is the instructions of a second and the
// counter counts them.
enum { kScaleFractionBits = 24 };
static const uint32_t kScale =
    (uint32_t)(((uint64_t)ER_BOARD_CLOCK_CORE_HZ << kScaleFractionBits) / ER_CHIP_MAX_CLOCK_HZ);
_Static_assert(((uint64_t)ER_BOARD_CLOCK_CORE_HZ << kScaleFractionBits) % ER_CHIP_MAX_CLOCK_HZ == 0,
               "core_hz cannot be made exactly of the chip's clock");

void er_counter_start(void) {
  CNTCR = 0;
  CNTCV_LO = 0;
  CNTCV_HI = 0;
  CNTSCR0 = kScale;
  CNTCR = CNTCR_EN | CNTCR_SCEN;
}

uint32_t er_counter_read(void) { return CNTCV_LO; }
