// What only some chips need.
#ifndef FIRMWARE_FAMILY_STM32_CHIP_H_
#define FIRMWARE_FAMILY_STM32_CHIP_H_

// Called first by er_board_init, before clocks and caches. Most chips need nothing.
void er_chip_prepare(void);

#endif  // FIRMWARE_FAMILY_STM32_CHIP_H_
