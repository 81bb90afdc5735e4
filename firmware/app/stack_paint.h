// Stack high-water mark: unused stack is painted before a run and looked at after it.
#ifndef FIRMWARE_APP_STACK_PAINT_H_
#define FIRMWARE_APP_STACK_PAINT_H_

#include <stdint.h>

#include "firmware/hal/board_api.h"

#ifdef __cplusplus
extern "C" {
#endif

// Paints everything of the stack that the caller runs on below the caller's frame.
void er_stack_paint(const er_memory_range_t* stack);

// Bytes of the stack that were in use at the deepest point since er_stack_paint; 0 when the board
// does not know its stack.
uint32_t er_stack_used_bytes(const er_memory_range_t* stack);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_STACK_PAINT_H_
