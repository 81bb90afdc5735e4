// CONFIGURE.
#include "firmware/app/commands.h"
#include "firmware/app/session.h"
#include "firmware/hal/board_api.h"

static void place(er_memory_range_t* range, uint32_t address, uint32_t bytes) {
  if (address == 0 && bytes == 0) return;
  range->address = address;
  range->bytes = bytes;
}

er_status_t er_handle_configure(const er_configure_request_t* request, er_configure_reply_t* reply,
                                er_command_error_t* error) {
  er_session_t* session = er_session();
  er_places_t places = er_places_usual();
  place(&places.arena, request->arena_address, request->arena_bytes);
  place(&places.weights, request->weights_address, request->weights_bytes);
  place(&places.stack, request->stack_address, request->stack_bytes);
  const char* problem = er_places_problem(&places);
  if (problem) return er_refuse(error, ER_INVALID_ARGUMENT, 0, problem);
  if (!er_board_operate(request->clock_hz, request->settings)) {
    er_board_operate(0, request->settings);
    return er_refuse(error, ER_UNIMPLEMENTED, request->clock_hz,
                     "the board cannot run its core at detail Hz");
  }
  if (!er_places_equal(&session->places, &places)) {
    session->loaded = 0;
    session->places = places;
  }
  reply->clock_hz = er_board_clock_hz();
  reply->settings = er_board_settings();
  reply->arena_address = (uint32_t)places.arena.address;
  reply->arena_bytes = places.arena.bytes;
  reply->weights_address = (uint32_t)places.weights.address;
  reply->weights_bytes = places.weights.bytes;
  reply->stack_address = (uint32_t)places.stack.address;
  reply->stack_bytes = places.stack.bytes;
  reply->kernels_address = er_board_memory()->kernels_address;
  return ER_OK;
}
