// Voltage and memories.
#ifndef FIRMWARE_FAMILY_STM32N6_POWER_H_
#define FIRMWARE_FAMILY_STM32N6_POWER_H_

// The core's supply and its highest scale; gives up waiting after a while, as a board whose
// regulator does not tell runs all the same.
void er_power_set_voltage(void);

// Clock and power of every AXISRAM. What AXISRAM3 to 6 hold was lost when they were off, and only
// then.
void er_power_up_memories(void);

#endif  // FIRMWARE_FAMILY_STM32N6_POWER_H_
