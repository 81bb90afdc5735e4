// The board's end of the link: takes received bytes, executes each request once, answers it. Text
// commands come on the same UART; text_line.h says how they are told from frames.
#ifndef FIRMWARE_APP_LINK_H_
#define FIRMWARE_APP_LINK_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Forgets the last request and any partial frame.
void er_link_init(void);

// Frames received since the boot with a wrong CRC or length.
uint32_t er_link_damaged_frames(void);

// Feeds received bytes; answers go out through er_board_uart_write before it returns.
void er_link_receive(const uint8_t* bytes, size_t count);

// An er_board_idle ended without a byte.
void er_link_silence(void);

// The firmware's main loop after er_board_init; never returns.
void er_app_main(void) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_LINK_H_
