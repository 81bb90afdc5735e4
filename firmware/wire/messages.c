#include "firmware/wire/messages.h"

typedef struct {
  uint8_t* at;
  uint8_t* end;
  int overflow;
} writer_t;

static void put_bytes(writer_t* w, const void* from, size_t bytes) {
  if (w->overflow || (size_t)(w->end - w->at) < bytes) {
    w->overflow = 1;
    return;
  }
  if (bytes) memcpy(w->at, from, bytes);
  w->at += bytes;
}

static void put_le(writer_t* w, uint32_t value, size_t bytes) {
  uint8_t le[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                   (uint8_t)(value >> 24)};
  put_bytes(w, le, bytes);
}

typedef struct {
  const uint8_t* at;
  const uint8_t* end;
  int underflow;
} reader_t;

static void get_bytes(reader_t* r, void* to, size_t bytes) {
  if (r->underflow || (size_t)(r->end - r->at) < bytes) {
    r->underflow = 1;
    memset(to, 0, bytes);
    return;
  }
  memcpy(to, r->at, bytes);
  r->at += bytes;
}

static uint32_t get_le(reader_t* r, size_t bytes) {
  uint8_t le[4] = {0, 0, 0, 0};
  get_bytes(r, le, bytes);
  return (uint32_t)le[0] | (uint32_t)le[1] << 8 | (uint32_t)le[2] << 16 | (uint32_t)le[3] << 24;
}

static const uint8_t* get_tail(reader_t* r, uint32_t* bytes) {
  const uint8_t* tail = r->at;
  *bytes = r->underflow ? 0 : (uint32_t)(r->end - r->at);
  r->at = r->end;
  return tail;
}

#define PUT_U8(field, text) put_le(&w, m->field, 1);
#define PUT_U16(field, text) put_le(&w, m->field, 2);
#define PUT_U32(field, text) put_le(&w, m->field, 4);
#define PUT_FIXED(field, bytes, text) put_bytes(&w, m->field, bytes);
#define PUT_TAIL(field, text) put_bytes(&w, m->field, m->field##_bytes);
#define GET_U8(field, text) m->field = (uint8_t)get_le(&r, 1);
#define GET_U16(field, text) m->field = (uint16_t)get_le(&r, 2);
#define GET_U32(field, text) m->field = get_le(&r, 4);
#define GET_FIXED(field, bytes, text) get_bytes(&r, m->field, bytes);
#define GET_TAIL(field, text) m->field = get_tail(&r, &m->field##_bytes);

#define DEFINE_CODEC(FIELDS, type, suffix)                                 \
  size_t er_encode_##suffix(const type* m, uint8_t* to, size_t capacity) { \
    writer_t w = {to, to + capacity, 0};                                   \
    (void)m;                                                               \
    FIELDS(PUT_U8, PUT_U16, PUT_U32, PUT_FIXED, PUT_TAIL)                  \
    return w.overflow ? 0 : (size_t)(w.at - to);                           \
  }                                                                        \
  int er_decode_##suffix(type* m, const uint8_t* from, size_t bytes) {     \
    reader_t r = {from, from + bytes, 0};                                  \
    m->unused = 0;                                                         \
    FIELDS(GET_U8, GET_U16, GET_U32, GET_FIXED, GET_TAIL)                  \
    return !r.underflow;                                                   \
  }
#define DEFINE_CODECS(id, NAME, name, text)                              \
  DEFINE_CODEC(ER_REQUEST_##NAME, er_##name##_request_t, name##_request) \
  DEFINE_CODEC(ER_REPLY_##NAME, er_##name##_reply_t, name##_reply)
ER_MESSAGES(DEFINE_CODECS)
