// Messages of the board link: structs, encoders and decoders generated from messages.inc.
//
// A frame (see frame.h) carries one message: a kind, an id, a sequence number and a payload.
//   REQUEST  host to board; the payload is the request's fields
//   ACCEPTED board to host, no payload: the request arrived and its work has begun
//   REPLY    board to host: one er_wire_status_t byte, then the reply's fields if that is OK, else
//            an er_wire_error detail (u32) and a UTF-8 text
// The board answers each request exactly once; a request that repeats the last sequence number is
// answered with the stored reply and not executed again, so the host may repeat after a loss.
#ifndef FIRMWARE_WIRE_MESSAGES_H_
#define FIRMWARE_WIRE_MESSAGES_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "firmware/wire/messages.inc"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_WIRE_PROTOCOL 1
#define ER_WIRE_MAX_PAYLOAD 1024u
#define ER_WIRE_MAX_SAMPLES 1024u
#define ER_WIRE_ALL_LAYERS 0xFFFFu
#define ER_WIRE_NO_LAYER 0xFFFFu

typedef enum {
  ER_WIRE_REQUEST = 1,
  ER_WIRE_ACCEPTED = 2,
  ER_WIRE_REPLY = 3,
} er_wire_kind_t;

// The canonical gRPC codes, so that one vocabulary runs from board to browser.
typedef enum {
  ER_OK = 0,
  ER_INVALID_ARGUMENT = 3,
  ER_NOT_FOUND = 5,
  ER_RESOURCE_EXHAUSTED = 8,
  ER_FAILED_PRECONDITION = 9,
  ER_OUT_OF_RANGE = 11,
  ER_UNIMPLEMENTED = 12,
  ER_INTERNAL = 13,
  ER_DATA_LOSS = 15,
} er_status_t;

typedef enum {
  ER_RESET_UNKNOWN = 0,
  ER_RESET_POWER_ON = 1,
  ER_RESET_PIN = 2,
  ER_RESET_SOFTWARE = 3,
  ER_RESET_WATCHDOG = 4,
  ER_RESET_BROWN_OUT = 5,
} er_reset_cause_t;

// Bits of `flags` in RUN and STEP.
typedef enum {
  ER_RUN_RESET_STATE = 1u << 0,
} er_run_flag_t;

typedef enum {
  ER_SETTING_ICACHE = 1u << 0,
  ER_SETTING_DCACHE = 1u << 1,
  ER_SETTING_ART = 1u << 2,
  ER_SETTING_FPU = 1u << 3,
  ER_SETTING_DEBUG_BUILD = 1u << 4,
  ER_SETTING_CLOCK_FALLBACK = 1u << 5,  // the intended clock did not come up
} er_setting_t;
// Those that CONFIGURE switches.
#define ER_SETTINGS_SWITCHED (ER_SETTING_ICACHE | ER_SETTING_DCACHE | ER_SETTING_ART)

typedef enum {
  ER_FAULT_NONE = 0,
  ER_FAULT_HARD = 1,
  ER_FAULT_MEMORY = 2,
  ER_FAULT_BUS = 3,
  ER_FAULT_USAGE = 4,
  ER_FAULT_ASSERT = 5,
  ER_FAULT_WATCHDOG = 6,
  ER_FAULT_RESET_IN_RUN = 7,  // nothing failed on the board: someone reset it while a layer ran
} er_fault_kind_t;

typedef enum {
#define ER_DECLARE_ID(id, NAME, name, text) ER_MSG_##NAME = id,
  ER_MESSAGES(ER_DECLARE_ID)
#undef ER_DECLARE_ID
} er_message_id_t;

// er_<name>_request_t and er_<name>_reply_t. A TAIL field is a pointer into the caller's buffer
// plus `<field>_bytes`; the struct never owns it.
#define ER_F_U8(field, text) uint8_t field;
#define ER_F_U16(field, text) uint16_t field;
#define ER_F_U32(field, text) uint32_t field;
#define ER_F_FIXED(field, bytes, text) uint8_t field[bytes];
#define ER_F_TAIL(field, text) \
  const uint8_t* field;        \
  uint32_t field##_bytes;
#define ER_DECLARE_STRUCTS(id, NAME, name, text)                          \
  typedef struct {                                                        \
    uint8_t unused; /* C has no empty struct */                           \
    ER_REQUEST_##NAME(ER_F_U8, ER_F_U16, ER_F_U32, ER_F_FIXED, ER_F_TAIL) \
  } er_##name##_request_t;                                                \
  typedef struct {                                                        \
    uint8_t unused;                                                       \
    ER_REPLY_##NAME(ER_F_U8, ER_F_U16, ER_F_U32, ER_F_FIXED, ER_F_TAIL)   \
  } er_##name##_reply_t;
ER_MESSAGES(ER_DECLARE_STRUCTS)
#undef ER_DECLARE_STRUCTS

// size_t er_encode_<name>_request(const T*, uint8_t* to, size_t capacity): bytes written, 0 when
// they do not fit or there are none. int er_decode_<name>_request(T*, const uint8_t* from,
// size_t bytes): 1, or 0 when the payload is too short. The same for _reply (fields only, without
// the status byte).
#define ER_DECLARE_CODECS(id, NAME, name, text)                                                    \
  size_t er_encode_##name##_request(const er_##name##_request_t* m, uint8_t* to, size_t capacity); \
  int er_decode_##name##_request(er_##name##_request_t* m, const uint8_t* from, size_t bytes);     \
  size_t er_encode_##name##_reply(const er_##name##_reply_t* m, uint8_t* to, size_t capacity);     \
  int er_decode_##name##_reply(er_##name##_reply_t* m, const uint8_t* from, size_t bytes);
ER_MESSAGES(ER_DECLARE_CODECS)
#undef ER_DECLARE_CODECS

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_WIRE_MESSAGES_H_
