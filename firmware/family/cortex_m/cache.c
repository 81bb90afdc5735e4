#include "firmware/family/cortex_m/cache.h"

#include "firmware/family/cortex_m/registers.h"

enum { kLineShift = 5, kWayShift = 30 };  // 32-byte lines, 4 ways: so in both cores

static void each_line(volatile uint32_t* operation) {
  SCB_CSSELR = 0;  // the data cache
  er_dsb();
  const uint32_t size = SCB_CCSIDR;
  const uint32_t last_set = size >> 13 & 0x7FFFu;
  const uint32_t last_way = size >> 3 & 0x3FFu;
  for (uint32_t set = 0; set <= last_set; set++) {
    for (uint32_t way = 0; way <= last_way; way++) {
      *operation = set << kLineShift | way << kWayShift;
    }
  }
  er_dsb();
  er_isb();
}

void er_cache_enable(void) {
  if (!(SCB_CCR & SCB_CCR_IC)) {
    er_dsb();
    er_isb();
    SCB_ICIALLU = 0;
    er_dsb();
    er_isb();
    SCB_CCR |= SCB_CCR_IC;
    er_dsb();
    er_isb();
  }
  if (!(SCB_CCR & SCB_CCR_DC)) {
    each_line(&SCB_DCISW);
    SCB_CCR |= SCB_CCR_DC;
    er_dsb();
    er_isb();
  }
}

void er_cache_flush_data(void) {
  er_dsb();
  each_line(&SCB_DCCISW);
}
