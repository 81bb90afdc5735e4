// Start-up of the host process's board; the rest is firmware/hal/board_api.h.
#ifndef FIRMWARE_FAMILY_HOST_BOARD_H_
#define FIRMWARE_FAMILY_HOST_BOARD_H_

#include <stdint.h>

// Maps the package store (a file, or memory when NULL). The stack is the one er_host_board_run will
// run on. Returns NULL or a static text about what failed (errno says why).
const char* er_host_board_open(const char* store_file, uint8_t* stack_low, uint32_t stack_bytes);

// Runs the firmware, again after each reset; never returns.
void er_host_board_run(void) __attribute__((noreturn));

#endif  // FIRMWARE_FAMILY_HOST_BOARD_H_
