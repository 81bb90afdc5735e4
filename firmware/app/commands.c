#include "firmware/app/commands.h"

#include <string.h>

static size_t write_error(const er_command_error_t* error, uint8_t* payload) {
  size_t text_bytes = strlen(error->text);
  if (text_bytes > ER_WIRE_MAX_PAYLOAD - 5) text_bytes = ER_WIRE_MAX_PAYLOAD - 5;
  payload[0] = (uint8_t)error->status;
  for (int i = 0; i < 4; i++) payload[1 + i] = (uint8_t)(error->detail >> (8 * i));
  memcpy(payload + 5, error->text, text_bytes);
  return 5 + text_bytes;
}

#define CASE_EXECUTE(message_id, NAME, name, text)                                     \
  case message_id: {                                                                   \
    er_##name##_request_t request;                                                     \
    er_##name##_reply_t reply;                                                         \
    memset(&reply, 0, sizeof reply);                                                   \
    if (!er_decode_##name##_request(&request, frame->payload, frame->payload_bytes)) { \
      er_refuse(&error, ER_INVALID_ARGUMENT, frame->payload_bytes,                     \
                "the request is shorter than its fields");                             \
      break;                                                                           \
    }                                                                                  \
    if (er_handle_##name(&request, &reply, &error) != ER_OK) break;                    \
    return 1 + er_encode_##name##_reply(&reply, payload + 1, ER_WIRE_MAX_PAYLOAD - 1); \
  }

size_t er_command_execute(const er_frame_t* frame, uint8_t payload[ER_WIRE_MAX_PAYLOAD]) {
  er_command_error_t error = {ER_INTERNAL, 0, "the command failed without a reason"};
  payload[0] = ER_OK;
  switch (frame->id) {
    ER_MESSAGES(CASE_EXECUTE)
    default:
      er_refuse(&error, ER_UNIMPLEMENTED, frame->id, "this firmware does not know the message");
  }
  return write_error(&error, payload);
}

int er_command_is_slow(uint8_t id) {
  switch (id) {
    case ER_MSG_RUN:
    case ER_MSG_PROFILE:
    case ER_MSG_STEP:
    case ER_MSG_PACKAGE_ERASE:
    case ER_MSG_PACKAGE_WRITE:
    case ER_MSG_PACKAGE_LOAD:
      return 1;
    default:
      return 0;
  }
}
