// The resource isolation framework: who may use which memory.
#ifndef FIRMWARE_FAMILY_STM32N6_RIF_H_
#define FIRMWARE_FAMILY_STM32N6_RIF_H_

// Opens the AXI memories to every secure master, whatever a boot ROM left behind.
void er_rif_open_memories(void);

#endif  // FIRMWARE_FAMILY_STM32N6_RIF_H_
