// The host process's UART: a pseudo-terminal and, where asked, a TCP socket on loopback. Answers go
// to the door through which the last bytes came.
#ifndef FIRMWARE_FAMILY_HOST_DOORS_H_
#define FIRMWARE_FAMILY_HOST_DOORS_H_

#include <stddef.h>
#include <stdint.h>

// Opens both doors; either may be absent (NULL, 0). The pty's slave is linked to at pty_path, which
// is replaced and removed by er_doors_close. Returns NULL or a static text about what failed (errno
// says why).
const char* er_doors_open(const char* pty_path, uint16_t tcp_port);
void er_doors_close(void);

// As er_board_uart_read, er_board_uart_write and er_board_idle.
size_t er_doors_read(uint8_t* to, size_t capacity);
void er_doors_write(const uint8_t* from, size_t bytes);
void er_doors_wait(void);

#endif  // FIRMWARE_FAMILY_HOST_DOORS_H_
