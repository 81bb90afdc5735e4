// Stack high-water mark: unused stack is painted before a run and looked at after it.
#ifndef FIRMWARE_APP_STACK_PAINT_H_
#define FIRMWARE_APP_STACK_PAINT_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Paints everything below the caller's frame.
void er_stack_paint(void);

// Bytes of the stack that were in use at the deepest point since er_stack_paint; 0 when the board
// does not know its stack.
uint32_t er_stack_used_bytes(void);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_STACK_PAINT_H_
