// 216 MHz from a crystal of 25 MHz, as RM0385 says.
#include "chip.h"

#define RCC_CR REG(0x40023800)
#define RCC_PLLCFGR REG(0x40023804)
#define RCC_CFGR REG(0x40023808)
#define RCC_AHB1ENR REG(0x40023830)
#define RCC_APB1ENR REG(0x40023840)
#define PWR_CR1 REG(0x40007000)
#define PWR_CSR1 REG(0x40007004)
#define FLASH_ACR REG(0x40023C00)
#define GPIOD_MODER REG(0x40020C00)
#define GPIOD_AFRH REG(0x40020C24)

uint32_t chip_full_speed(void) {
  RCC_APB1ENR |= 1u << 28;
  (void)RCC_APB1ENR;
  PWR_CR1 |= 3u << 14;
  RCC_CR |= 1u << 16;
  while ((RCC_CR & (1u << 17)) == 0) {
  }
  RCC_PLLCFGR = 25u | 432u << 6 | 0u << 16 | 1u << 22 | 9u << 24;
  RCC_CR |= 1u << 24;
  while ((RCC_CR & (1u << 25)) == 0) {
  }
  PWR_CR1 |= 1u << 16;
  while ((PWR_CSR1 & (1u << 16)) == 0) {
  }
  PWR_CR1 |= 1u << 17;
  while ((PWR_CSR1 & (1u << 17)) == 0) {
  }
  FLASH_ACR = 7u | 1u << 8 | 1u << 9;
  while ((FLASH_ACR & 0xF) != 7) {
  }
  RCC_CFGR = 5u << 10 | 4u << 13;
  RCC_CFGR |= 2u;
  while ((RCC_CFGR & 0xC) != 0x8) {
  }
  return 216000000;
}

uint32_t chip_connect_usart3(void) {
  RCC_AHB1ENR |= 1u << 3;
  RCC_APB1ENR |= 1u << 18;
  (void)RCC_APB1ENR;
  GPIOD_MODER = (GPIOD_MODER & ~(0xFu << 16)) | 0xAu << 16;
  GPIOD_AFRH = (GPIOD_AFRH & ~0xFFu) | 0x77u;
  return 54000000;
}
