#include "firmware/app/link.h"

#include "firmware/app/commands.h"
#include "firmware/app/lap_clock.h"
#include "firmware/app/mlperf.h"
#include "firmware/app/retained.h"
#include "firmware/app/session.h"
#include "firmware/app/text_line.h"
#include "firmware/hal/board_api.h"
#include "firmware/wire/frame.h"

static struct {
  er_frame_decoder_t decoder;
  uint8_t payload[ER_WIRE_MAX_PAYLOAD];
  uint8_t reply[ER_FRAME_MAX_ENCODED_BYTES];  // the last one, kept for a repeated request
  size_t reply_bytes;                         // 0 = nothing was answered yet
  uint16_t last_sequence;
  uint8_t last_id;
  uint32_t last_crc;
  er_text_line_t text;
} link;

void er_link_init(void) {
  er_frame_decoder_init(&link.decoder);
  link.reply_bytes = 0;
  er_text_line_init(&link.text);
}

uint32_t er_link_damaged_frames(void) { return link.decoder.dropped_frames; }

static void send_accepted(const er_frame_t* request) {
  const er_frame_t accepted = {ER_WIRE_ACCEPTED, request->id, request->sequence, NULL, 0};
  uint8_t encoded[ER_FRAME_HEADER_BYTES + ER_FRAME_CRC_BYTES + 3];
  er_board_uart_write(encoded, er_frame_encode(&accepted, encoded, sizeof encoded));
}

// HELLO changes nothing and begins every conversation: a new host may by chance repeat the sequence
// number of the one before it, and must not get that one's answer.
static int is_repeat(const er_frame_t* request, uint32_t crc) {
  return link.reply_bytes != 0 && request->id != ER_MSG_HELLO && request->id == link.last_id &&
         request->sequence == link.last_sequence && crc == link.last_crc;
}

static void answer(const er_frame_t* request) {
  const uint32_t crc = er_crc32(0, request->payload, request->payload_bytes);
  if (!is_repeat(request, crc)) {
    if (er_command_is_slow(request->id)) send_accepted(request);
    if (request->id != ER_MSG_HELLO) er_mlperf_forget();
    const size_t bytes = er_command_execute(request, link.payload);
    ER_ASSERT(bytes >= 1 && bytes <= ER_WIRE_MAX_PAYLOAD);
    const er_frame_t reply = {ER_WIRE_REPLY, request->id, request->sequence, link.payload,
                              (uint32_t)bytes};
    link.reply_bytes = er_frame_encode(&reply, link.reply, sizeof link.reply);
    link.last_id = request->id;
    link.last_sequence = request->sequence;
    link.last_crc = crc;
  }
  er_board_uart_write(link.reply, link.reply_bytes);
  if (request->id == ER_MSG_RESET && link.payload[0] == ER_OK) er_board_reset();
}

void er_link_receive(const uint8_t* bytes, size_t count) {
  er_frame_t frame;
  for (size_t i = 0; i < count; i++) {
    if (er_text_line_push(&link.text, bytes[i])) er_mlperf_execute(link.text.command);
    if (er_frame_decoder_push(&link.decoder, bytes[i], &frame) && frame.kind == ER_WIRE_REQUEST) {
      answer(&frame);
    }
  }
}

void er_link_silence(void) { er_text_line_silence(&link.text); }

void er_app_main(void) {
  er_retained_boot(er_board_identity()->reset_cause);
  er_session_reset();
  er_link_init();
  er_lap_clock_init();
  er_mlperf_greet();
  uint8_t received[64];
  int idled = 0;
  for (;;) {
    er_board_feed_watchdog();
    er_lap_clock_us();
    const size_t count = er_board_uart_read(received, sizeof received);
    if (count > 0) {
      idled = 0;
      er_link_receive(received, count);
      continue;
    }
    if (idled) er_link_silence();
    idled = 1;
    er_board_idle();
  }
}
