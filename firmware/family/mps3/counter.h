// The system counter as the board's time.
#ifndef FIRMWARE_FAMILY_MPS3_COUNTER_H_
#define FIRMWARE_FAMILY_MPS3_COUNTER_H_

#include <stdint.h>

// Starts it from 0 with core_hz of the board's file counts in a second.
void er_counter_start(void);

// Its lowest 32 bits. Callable from anywhere.
uint32_t er_counter_read(void);

#endif  // FIRMWARE_FAMILY_MPS3_COUNTER_H_
