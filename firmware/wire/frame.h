// Framing of the board link.
//
// On the wire: COBS(header | payload | crc) 0x00, where header is kind u8, id u8, sequence u16,
// and crc the CRC-32 (IEEE 802.3, as zlib) of header and payload, all little-endian. A zero byte
// always ends a frame, so a reader that lost its place finds the next frame at the next zero. A
// frame with a wrong CRC is dropped without an answer; the sender repeats after a time-out. Between
// frames there may be text (printable characters and line breaks); the kind keeps every frame from
// being text.
#ifndef FIRMWARE_WIRE_FRAME_H_
#define FIRMWARE_WIRE_FRAME_H_

#include <stddef.h>
#include <stdint.h>

#include "firmware/common/crc32.h"
#include "firmware/wire/messages.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_FRAME_HEADER_BYTES 4u
#define ER_FRAME_CRC_BYTES 4u
#define ER_FRAME_MAX_BYTES (ER_FRAME_HEADER_BYTES + ER_WIRE_MAX_PAYLOAD + ER_FRAME_CRC_BYTES)
// COBS adds one byte per 254 and one; the delimiters at both ends add two.
#define ER_FRAME_MAX_ENCODED_BYTES (ER_FRAME_MAX_BYTES + ER_FRAME_MAX_BYTES / 254u + 1u + 2u)

typedef struct {
  uint8_t kind;       // er_wire_kind_t
  uint8_t id;         // er_message_id_t
  uint16_t sequence;  // chosen by the host; the board copies it into ACCEPTED and REPLY
  const uint8_t* payload;
  uint32_t payload_bytes;
} er_frame_t;

// Writes the encoded frame with a leading and a trailing zero byte. Returns the bytes written, or 0
// when the payload is over ER_WIRE_MAX_PAYLOAD or `capacity` is too small.
size_t er_frame_encode(const er_frame_t* frame, uint8_t* to, size_t capacity);

// Collects bytes until a frame is complete. `buffer` holds one frame while it is assembled.
typedef struct {
  uint8_t buffer[ER_FRAME_MAX_ENCODED_BYTES];
  uint32_t used;
  uint8_t overflowed;       // bytes up to the next zero are dropped
  uint8_t no_text;          // what came since the last zero is not all text
  uint32_t dropped_frames;  // frames lost to a bad CRC, a bad length or an overflow; text is none
} er_frame_decoder_t;

void er_frame_decoder_init(er_frame_decoder_t* decoder);

// Feeds one byte. Returns 1 when it completed a valid frame, which is then described by *frame and
// stays valid until the next call; 0 otherwise.
int er_frame_decoder_push(er_frame_decoder_t* decoder, uint8_t byte, er_frame_t* frame);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_WIRE_FRAME_H_
