#include "firmware/app/text_line.h"

enum { kFirstPrintable = 0x20, kLastPrintable = 0x7E };

void er_text_line_init(er_text_line_t* line) {
  line->used = 0;
  line->deaf = 0;
}

void er_text_line_silence(er_text_line_t* line) {
  if (line->deaf) er_text_line_init(line);
}

int er_text_line_push(er_text_line_t* line, uint8_t byte) {
  if (line->deaf || byte == '\r' || byte == '\n') return 0;
  if (byte < kFirstPrintable || byte > kLastPrintable) {
    line->deaf = 1;
    return 0;
  }
  if (byte == '%') {
    line->command[line->used] = 0;
    line->used = 0;
    return 1;
  }
  if (line->used < ER_TEXT_COMMAND_BYTES) line->command[line->used++] = (char)byte;
  return 0;
}
