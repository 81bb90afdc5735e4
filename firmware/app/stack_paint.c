#include "firmware/app/stack_paint.h"

enum {
  kPaint = 0x5AC3A55A,
  // Room for this function's own frame and for an interrupt's, which must not be painted over.
  kMarginBytes = 256,
};

// The sanitizers know nothing of a stack that is written below its pointer.
#if defined(__has_feature)
#define ER_RAW_STACK __attribute__((noinline, no_sanitize("address")))
#else
#define ER_RAW_STACK __attribute__((noinline, no_sanitize_address))
#endif

ER_RAW_STACK void er_stack_paint(const er_memory_range_t* stack) {
  if (!stack->bytes) return;
  volatile uint32_t* at = (volatile uint32_t*)stack->address;
  const uintptr_t end = (uintptr_t)__builtin_frame_address(0) - kMarginBytes;
  while ((uintptr_t)at < end) *at++ = kPaint;
}

ER_RAW_STACK uint32_t er_stack_used_bytes(const er_memory_range_t* stack) {
  if (!stack->bytes) return 0;
  const volatile uint32_t* at = (const volatile uint32_t*)stack->address;
  const uintptr_t top = stack->address + stack->bytes;
  while ((uintptr_t)at < top && *at == kPaint) at++;
  return (uint32_t)(top - (uintptr_t)at);
}
