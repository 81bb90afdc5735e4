// Erasing and programming the chip's flash. Single bank: the core stalls while the flash is busy.
#ifndef FIRMWARE_FAMILY_STM32F7_FLASH_H_
#define FIRMWARE_FAMILY_STM32F7_FLASH_H_

#include <stdint.h>

// Erases every sector that [address, address + bytes) touches. 0 on a flash error.
int er_flash_erase(uint32_t address, uint32_t bytes);

// Programs whole words at a word-aligned address and compares them. 0 on a flash error.
int er_flash_program(uint32_t address, const uint8_t* from, uint32_t bytes);

#endif  // FIRMWARE_FAMILY_STM32F7_FLASH_H_
