// What survives a reset without a power cycle: the boot count and the record of the last fault.
// Kept in memory that start-up leaves alone, guarded by a magic number and a CRC.
#ifndef FIRMWARE_APP_RETAINED_H_
#define FIRMWARE_APP_RETAINED_H_

#include <stdint.h>

#include "firmware/wire/messages.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t kind;   // er_fault_kind_t
  uint32_t layer;  // ER_WIRE_NO_LAYER outside of a run
  uint32_t pc, lr, sp, psr;
  uint32_t cfsr, hfsr, mmfar, bfar;
} er_fault_record_t;

// Counts this boot and takes over what the previous one left; after power-on there is nothing. A
// watchdog reset, and any other that interrupted a layer, becomes a record if there is none yet.
// Call before er_session_reset.
void er_retained_boot(er_reset_cause_t reset_cause);

uint32_t er_retained_boot_count(void);

// The fault of a previous boot, or NULL.
const er_fault_record_t* er_retained_fault(void);
void er_retained_clear_fault(void);

// Stores the record and resets the chip. For fault handlers: uses little stack, locks nothing.
void er_retained_crash(const er_fault_record_t* record) __attribute__((noreturn));

// A bug was met: leaves an ASSERT record with the caller's address in pc and the source line in
// psr, and resets. Nothing in the firmware continues after a failed assertion.
void er_assert_failed(uint32_t pc, uint32_t line) __attribute__((noreturn));

#define ER_ASSERT(condition)                                                        \
  do {                                                                              \
    if (!(condition)) {                                                             \
      er_assert_failed((uint32_t)(uintptr_t)__builtin_return_address(0), __LINE__); \
    }                                                                               \
  } while (0)

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_RETAINED_H_
