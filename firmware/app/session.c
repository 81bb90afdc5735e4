#include "firmware/app/session.h"

#include <string.h>

#include "firmware/hal/board_api.h"

// Start-up leaves it alone, so that the boot after a watchdog reset still sees which layer ran.
static er_session_t session __attribute__((section(".noinit")));

er_session_t* er_session(void) { return &session; }

void er_session_reset(void) {
  memset(&session, 0, sizeof session);
  session.places = er_places_usual();
}

uint32_t er_session_running_layer(void) {
  return session.loaded ? session.model.running_layer : ER_WIRE_NO_LAYER;
}

void er_session_call_isolated(void (*call)(void*), void* argument) {
  const er_memory_range_t* stack = &session.places.stack;
  const uint32_t interrupts = er_board_critical_enter();
  if (stack->address == er_places_usual().stack.address) {
    call(argument);
  } else {
    er_board_call_on_stack((uint8_t*)(stack->address + stack->bytes), call, argument);
  }
  er_board_critical_leave(interrupts);
}
