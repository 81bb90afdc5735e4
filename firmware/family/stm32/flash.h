// Erasing and programming the chip's flash; a family implements it. The core stalls while it
// fetches from a bank that is busy.
#ifndef FIRMWARE_FAMILY_STM32_FLASH_H_
#define FIRMWARE_FAMILY_STM32_FLASH_H_

#include <stdint.h>

// Erases every sector that [address, address + bytes) touches. 0 on a flash error.
int er_flash_erase(uint32_t address, uint32_t bytes);

// Programs whole 32-bit words at a word-aligned address and compares them. Addresses ascend from
// one erase to the next. What does not fill the flash's own word is kept for the next call. 0 on a
// flash error.
int er_flash_program(uint32_t address, const uint8_t* from, uint32_t bytes);

// Programs what er_flash_program kept. 0 on a flash error.
int er_flash_settle(void);

// er_setting_t bits of the flash's own means against its wait states.
uint32_t er_flash_settings(void);

// Switches them on or off; nothing where there are none.
void er_flash_accelerate(int on);

#endif  // FIRMWARE_FAMILY_STM32_FLASH_H_
