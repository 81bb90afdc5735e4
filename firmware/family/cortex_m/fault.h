// What every core's fault handler does once it has a stack of its own.
#ifndef FIRMWARE_FAMILY_CORTEX_M_FAULT_H_
#define FIRMWARE_FAMILY_CORTEX_M_FAULT_H_

#include <stdint.h>

// The kind that CFSR tells, an er_fault_kind_t.
uint32_t er_fault_kind(void);

// Leaves a record of the fault and resets the chip. `frame` is the exception's, `exception_return`
// the handler's LR; where a bit of `stacking_errors` is in CFSR, no frame was written and pc stays
// 0.
void er_fault_crash(const uint32_t* frame, uint32_t exception_return, uint32_t kind,
                    uint32_t stacking_errors) __attribute__((noreturn));

#endif  // FIRMWARE_FAMILY_CORTEX_M_FAULT_H_
