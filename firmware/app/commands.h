// The command table: one handler per message of messages.inc.
#ifndef FIRMWARE_APP_COMMANDS_H_
#define FIRMWARE_APP_COMMANDS_H_

#include <stdint.h>

#include "firmware/wire/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Why a request was refused. `text` is static English text.
typedef struct {
  er_status_t status;
  uint32_t detail;
  const char* text;
} er_command_error_t;

// Each handler fills *reply and returns ER_OK, or fills *error (through er_refuse) and returns its
// status. A TAIL of the reply must stay valid until the next request.
#define ER_DECLARE_HANDLER(id, NAME, name, text)                                                 \
  er_status_t er_handle_##name(const er_##name##_request_t* request, er_##name##_reply_t* reply, \
                               er_command_error_t* error);
ER_MESSAGES(ER_DECLARE_HANDLER)
#undef ER_DECLARE_HANDLER

static inline er_status_t er_refuse(er_command_error_t* error, er_status_t status, uint32_t detail,
                                    const char* text) {
  error->status = status;
  error->detail = detail;
  error->text = text;
  return status;
}

// Executes the request in `frame` and writes the payload of its reply; returns the payload's size,
// at most ER_WIRE_MAX_PAYLOAD.
size_t er_command_execute(const er_frame_t* frame, uint8_t payload[ER_WIRE_MAX_PAYLOAD]);

// True for requests that take long enough to be confirmed with ACCEPTED first.
int er_command_is_slow(uint8_t id);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_COMMANDS_H_
