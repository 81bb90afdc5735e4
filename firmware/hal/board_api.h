// All that the firmware asks of a board. A family implements it once (firmware/family/<f>/) from
// the facts of the board's and the chip's files. Single core, called from the main loop only,
// unless a function says otherwise.
#ifndef FIRMWARE_HAL_BOARD_API_H_
#define FIRMWARE_HAL_BOARD_API_H_

#include <stddef.h>
#include <stdint.h>

#include "firmware/wire/messages.h"  // er_reset_cause_t, er_setting_t: one vocabulary

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char* image_name;  // zero-terminated
  uint8_t build_id[20];
  uint8_t uid[12];
  uint32_t device_id;
  uint32_t cpuid;
  uint8_t isa;  // er_isa_t
  er_reset_cause_t reset_cause;
} er_board_identity_t;

// Bytes of the chip's address space.
typedef struct {
  uintptr_t address;
  uint32_t bytes;
} er_memory_range_t;

typedef struct {
  uint8_t* arena;  // 16-byte aligned
  uint32_t arena_bytes;
  uint8_t* stack_low;  // lowest address of the stack, which grows down; NULL when it is unknown
  uint32_t stack_bytes;
  uint32_t code_bytes;     // text and read-only data of the image
  uint32_t data_bytes;     // static RAM without arena and stack
  uint32_t store_address;  // of the package store, in the chip's address space
  uint32_t store_bytes;
  uint32_t store_alias_address;  // the store once more, behind another bus; 0 = there is none
  uint32_t kernels_address;      // where the hot code was linked
  // All RAM, and what the firmware has of it for itself: CONFIGURE may give away the difference.
  const er_memory_range_t* ram;
  uint32_t ram_count;
  const er_memory_range_t* own;
  uint32_t own_count;
} er_board_memory_t;

// Clocks, caches, FPU, UART, cycle counter. Called first, once per boot; never fails: what does not
// come up is replaced by something slower, which er_board_settings then tells.
void er_board_init(void);

// Facts that do not change while the firmware runs.
const er_board_identity_t* er_board_identity(void);
const er_board_memory_t* er_board_memory(void);

// The core clock in Hz, read back from the clock registers.
uint32_t er_board_clock_hz(void);

// er_setting_t bits in force now.
uint32_t er_board_settings(void);

// The core at `clock_hz` (0 = the board's usual), caches and ART as ER_SETTINGS_SWITCHED of
// `settings` say; the console goes on at its baud rate. 0 when the board cannot: what is in force
// then, er_board_clock_hz and er_board_settings tell.
int er_board_operate(uint32_t clock_hz, uint32_t settings);

// Calls `call(argument)` on the stack that grows down from `top`, 8-byte aligned. Interrupts off.
void er_board_call_on_stack(uint8_t* top, void (*call)(void*), void* argument);

// The free-running cycle counter. Callable from anywhere.
uint32_t er_board_cycles(void);

// Takes up to `capacity` received bytes; returns how many, 0 when none wait.
size_t er_board_uart_read(uint8_t* to, size_t capacity);

// Sends all bytes; returns when the last one has left the chip.
void er_board_uart_write(const uint8_t* from, size_t bytes);

#define ER_IDLES_PER_SECOND 8u
// Sleeps until a byte may have been received; without one about 1 / ER_IDLES_PER_SECOND, so that
// the watchdog is fed in time and whoever slept on knows that the UART was silent.
void er_board_idle(void);

// Tells the board's watchdog that the program goes on; nothing where there is none. Once fed or
// not, a program that does not feed it for the longest time the hardware allows is reset.
void er_board_feed_watchdog(void);

// Interrupts off, and back to what they were. They nest.
uint32_t er_board_critical_enter(void);
void er_board_critical_leave(uint32_t state);

// Resets the chip. Does not return. Callable from a fault handler.
void er_board_reset(void) __attribute__((noreturn));

// The package store as memory, 16-byte aligned; no cache holds stale bytes of it after the call.
const uint8_t* er_board_store(void);

// Makes the first `bytes` of the store writable. 0 when the memory reports an error.
int er_board_store_erase(uint32_t bytes);

// Writes whole words; offset and bytes are multiples of 4. 0 when the memory reports an error or
// reads back something else.
int er_board_store_write(uint32_t offset, const uint8_t* from, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_HAL_BOARD_API_H_
