// Microseconds since the boot, beyond the wrap of the 32-bit cycle counter. It stands still where
// that does: on some chips while the core sleeps for want of a request, never during an inference.
#ifndef FIRMWARE_APP_LAP_CLOCK_H_
#define FIRMWARE_APP_LAP_CLOCK_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// As after a boot.
void er_lap_clock_init(void);

// To be called at least once in each turn of the cycle counter: 8.9 s at 480 MHz.
void er_lap_clock_advance(void);

// What was counted since the last call is converted at the clock that is in force now. To be called
// at least once in ten hours.
uint64_t er_lap_clock_us(void);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_LAP_CLOCK_H_
