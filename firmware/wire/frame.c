#include "firmware/wire/frame.h"

static void put_u32(uint8_t* to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
  to[2] = (uint8_t)(value >> 16);
  to[3] = (uint8_t)(value >> 24);
}

static uint32_t get_u32(const uint8_t* from) {
  return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
         (uint32_t)from[3] << 24;
}

// COBS while writing: `code` is the place of the block's length byte, filled in when it ends.
typedef struct {
  uint8_t* at;
  uint8_t* code;
  uint8_t run;  // 1 + bytes of the open block
} cobs_writer_t;

static void cobs_open(cobs_writer_t* w) {
  w->code = w->at++;
  w->run = 1;
}

static void cobs_put(cobs_writer_t* w, const uint8_t* from, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (w->run == 0xFF) {
      *w->code = 0xFF;
      cobs_open(w);
    }
    if (from[i] == 0) {
      *w->code = w->run;
      cobs_open(w);
    } else {
      *w->at++ = from[i];
      w->run++;
    }
  }
}

size_t er_frame_encode(const er_frame_t* frame, uint8_t* to, size_t capacity) {
  if (frame->payload_bytes > ER_WIRE_MAX_PAYLOAD) return 0;
  const size_t raw = ER_FRAME_HEADER_BYTES + frame->payload_bytes + ER_FRAME_CRC_BYTES;
  if (capacity < raw + raw / 254u + 1u + 2u) return 0;
  const uint8_t header[ER_FRAME_HEADER_BYTES] = {frame->kind, frame->id, (uint8_t)frame->sequence,
                                                 (uint8_t)(frame->sequence >> 8)};
  uint32_t crc = er_crc32(0, header, sizeof header);
  if (frame->payload_bytes) crc = er_crc32(crc, frame->payload, frame->payload_bytes);
  uint8_t trailer[ER_FRAME_CRC_BYTES];
  put_u32(trailer, crc);

  to[0] = 0;
  cobs_writer_t w = {to + 1, NULL, 0};
  cobs_open(&w);
  cobs_put(&w, header, sizeof header);
  cobs_put(&w, frame->payload, frame->payload_bytes);
  cobs_put(&w, trailer, sizeof trailer);
  *w.code = w.run;
  *w.at++ = 0;
  return (size_t)(w.at - to);
}

void er_frame_decoder_init(er_frame_decoder_t* decoder) {
  decoder->used = 0;
  decoder->overflowed = 0;
  decoder->no_text = 0;
  decoder->dropped_frames = 0;
}

static int is_text(uint8_t byte) {
  return (byte >= 0x20 && byte <= 0x7E) || byte == '\r' || byte == '\n';
}

// Undoes COBS in place. Returns the decoded length, or 0 when a block reaches past the end (a valid
// frame is never empty).
static uint32_t cobs_decode(uint8_t* buffer, uint32_t bytes) {
  uint32_t from = 0;
  uint32_t to = 0;
  while (from < bytes) {
    const uint8_t run = buffer[from++];
    if (run == 0 || run - 1u > bytes - from) return 0;
    for (uint8_t i = 1; i < run; i++) buffer[to++] = buffer[from++];
    if (run != 0xFF && from < bytes) buffer[to++] = 0;
  }
  return to;
}

int er_frame_decoder_push(er_frame_decoder_t* decoder, uint8_t byte, er_frame_t* frame) {
  if (byte != 0) {
    if (!is_text(byte)) decoder->no_text = 1;
    if (decoder->used < sizeof decoder->buffer) {
      decoder->buffer[decoder->used++] = byte;
    } else {
      decoder->overflowed = 1;
    }
    return 0;
  }
  const uint32_t encoded = decoder->used;
  const int overflowed = decoder->overflowed;
  decoder->used = 0;
  decoder->overflowed = 0;
  if (!decoder->no_text) return 0;  // leading delimiter, perhaps after text
  decoder->no_text = 0;

  uint8_t* const raw = decoder->buffer;
  const uint32_t bytes = overflowed ? 0 : cobs_decode(raw, encoded);
  if (bytes < ER_FRAME_HEADER_BYTES + ER_FRAME_CRC_BYTES || bytes > ER_FRAME_MAX_BYTES ||
      er_crc32(0, raw, bytes - ER_FRAME_CRC_BYTES) != get_u32(raw + bytes - ER_FRAME_CRC_BYTES)) {
    decoder->dropped_frames++;
    return 0;
  }
  frame->kind = raw[0];
  frame->id = raw[1];
  frame->sequence = (uint16_t)(raw[2] | raw[3] << 8);
  frame->payload = raw + ER_FRAME_HEADER_BYTES;
  frame->payload_bytes = bytes - ER_FRAME_HEADER_BYTES - ER_FRAME_CRC_BYTES;
  return 1;
}
