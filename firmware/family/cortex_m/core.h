// What every Cortex-M does alike beside its start-up; er_board_critical_enter, _leave and
// er_board_call_on_stack of hal/board_api.h are here too.
#ifndef FIRMWARE_FAMILY_CORTEX_M_CORE_H_
#define FIRMWARE_FAMILY_CORTEX_M_CORE_H_

// Asks the chip for a reset. Does not return.
void er_core_reset(void) __attribute__((noreturn));

#endif  // FIRMWARE_FAMILY_CORTEX_M_CORE_H_
