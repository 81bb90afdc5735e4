#include "firmware/family/cortex_m/fault.h"

#include <string.h>

#include "firmware/app/retained.h"
#include "firmware/app/session.h"
#include "firmware/family/cortex_m/registers.h"

// From the linker script.
extern uint32_t er_stack_low[], er_stack_top[];

uint32_t er_fault_kind(void) {
  // With interrupts off every fault arrives as a hard fault; CFSR still tells which it was.
  const uint32_t cfsr = SCB_CFSR;
  if (cfsr & 0xFFFF0000u) return ER_FAULT_USAGE;
  if (cfsr & 0x0000FF00u) return ER_FAULT_BUS;
  if (cfsr & 0x000000FFu) return ER_FAULT_MEMORY;
  return ER_FAULT_HARD;
}

void er_fault_crash(const uint32_t* frame, uint32_t exception_return, uint32_t kind,
                    uint32_t stacking_errors) {
  er_fault_record_t record;
  memset(&record, 0, sizeof record);
  record.cfsr = SCB_CFSR;
  record.hfsr = SCB_HFSR;
  record.mmfar = SCB_MMFAR;
  record.bfar = SCB_BFAR;
  record.kind = kind;
  record.layer = er_session_running_layer();
  const uint32_t at = (uint32_t)(uintptr_t)frame;
  const uint32_t low = (uint32_t)(uintptr_t)er_stack_low;
  const uint32_t high = (uint32_t)(uintptr_t)er_stack_top;
  const uint32_t frame_bytes = exception_return & ER_BIT(4) ? 32u : 104u;  // with FPU registers
  record.sp = at + frame_bytes;
  if (at % 4 == 0 && at >= low && at + frame_bytes <= high && !(record.cfsr & stacking_errors)) {
    record.lr = frame[5];
    record.pc = frame[6];
    record.psr = frame[7];
  }
  er_retained_crash(&record);
}
