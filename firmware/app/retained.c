#include "firmware/app/retained.h"

#include <string.h>

#include "firmware/app/session.h"
#include "firmware/common/crc32.h"
#include "firmware/hal/board_api.h"

enum { kMagic = 0x45524331 };  // "ERC1"

typedef struct {
  uint32_t magic;
  uint32_t boot_count;
  uint32_t fault_present;
  er_fault_record_t fault;
  uint32_t crc32;  // of everything before
} retained_t;

static retained_t retained __attribute__((section(".noinit")));

static uint32_t crc_of(const retained_t* r) { return er_crc32(0, r, offsetof(retained_t, crc32)); }

static void seal(void) { retained.crc32 = crc_of(&retained); }

// A hang leaves no record of its own: the reset that ended it, and the layer it ended, are one.
static void note_interruption(er_reset_cause_t cause, uint32_t layer) {
  if (cause == ER_RESET_WATCHDOG) {
    retained.fault.kind = ER_FAULT_WATCHDOG;
  } else if (layer != ER_WIRE_NO_LAYER) {
    retained.fault.kind = ER_FAULT_RESET_IN_RUN;
  } else {
    return;
  }
  retained.fault_present = 1;
  retained.fault.layer = layer;
}

void er_retained_boot(er_reset_cause_t reset_cause) {
  uint32_t layer = er_session_running_layer();
  if (reset_cause == ER_RESET_POWER_ON || retained.magic != kMagic ||
      retained.crc32 != crc_of(&retained)) {
    memset(&retained, 0, sizeof retained);
    retained.magic = kMagic;
    layer = ER_WIRE_NO_LAYER;  // the session did not survive either
  }
  if (layer >= ER_RT_MAX_OPS) layer = ER_WIRE_NO_LAYER;
  retained.boot_count++;
  if (!retained.fault_present) note_interruption(reset_cause, layer);
  seal();
}

uint32_t er_retained_boot_count(void) { return retained.boot_count; }

const er_fault_record_t* er_retained_fault(void) {
  return retained.fault_present ? &retained.fault : NULL;
}

void er_retained_clear_fault(void) {
  retained.fault_present = 0;
  memset(&retained.fault, 0, sizeof retained.fault);
  seal();
}

void er_retained_crash(const er_fault_record_t* record) {
  retained.fault = *record;
  retained.fault_present = 1;
  seal();
  er_board_reset();
}

void er_assert_failed(uint32_t pc, uint32_t line) {
  er_fault_record_t record;
  memset(&record, 0, sizeof record);
  record.kind = ER_FAULT_ASSERT;
  record.layer = er_session_running_layer();
  record.pc = pc;
  record.psr = line;
  er_retained_crash(&record);
}
