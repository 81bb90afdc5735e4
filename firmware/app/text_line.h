// Text commands on the UART that also carries frames: which received bytes are a command.
//
// A command is printable text that ends with '%'. It is heard only where no frame can be: after a
// boot, after a silence, or after another command. A zero byte, which begins every frame, and any
// other byte that is no text end that until the next silence. So neither a damaged frame nor what
// is left of one is ever taken for a command, however much its payload looks like one.
#ifndef FIRMWARE_APP_TEXT_LINE_H_
#define FIRMWARE_APP_TEXT_LINE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ER_TEXT_COMMAND_BYTES 80u  // MLPerf Tiny's; of a longer one the rest is dropped

typedef struct {
  char command[ER_TEXT_COMMAND_BYTES + 1];
  uint8_t used;
  uint8_t deaf;  // until the next silence
} er_text_line_t;

// As after a boot.
void er_text_line_init(er_text_line_t* line);

// The UART was silent for so long that no frame is under way.
void er_text_line_silence(er_text_line_t* line);

// Feeds one byte. Returns 1 when it completed a command, which `command` then holds without its
// '%', zero-terminated, until the next call. Line breaks are ignored: terminals send them.
int er_text_line_push(er_text_line_t* line, uint8_t byte);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_TEXT_LINE_H_
