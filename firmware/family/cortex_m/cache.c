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

static void change_ccr(uint32_t bit, int on) {
  er_dsb();
  er_isb();
  SCB_CCR = on ? SCB_CCR | bit : SCB_CCR & ~bit;
  er_dsb();
  er_isb();
}

void er_cache_switch(int instruction, int data) {
  if (!instruction != !(SCB_CCR & SCB_CCR_IC)) {
    if (!instruction) change_ccr(SCB_CCR_IC, 0);
    er_dsb();
    er_isb();
    SCB_ICIALLU = 0;
    if (instruction) change_ccr(SCB_CCR_IC, 1);
  }
  if (!data != !(SCB_CCR & SCB_CCR_DC)) {
    if (data) {
      each_line(&SCB_DCISW);
      change_ccr(SCB_CCR_DC, 1);
    } else {
      // Off first: a line that is filled between cleaning and switching off would stay dirty.
      change_ccr(SCB_CCR_DC, 0);
      each_line(&SCB_DCCISW);
    }
  }
}

void er_cache_flush_data(void) {
  er_dsb();
  each_line(&SCB_DCCISW);
}
