// 480 MHz from 8 MHz that the probe brings, at voltage scale 0, as RM0433 says.
#include "chip.h"

#define RCC_CR REG(0x58024400)
#define RCC_CFGR REG(0x58024410)
#define RCC_D1CFGR REG(0x58024418)
#define RCC_D2CFGR REG(0x5802441C)
#define RCC_D3CFGR REG(0x58024420)
#define RCC_PLLCKSELR REG(0x58024428)
#define RCC_PLLCFGR REG(0x5802442C)
#define RCC_PLL1DIVR REG(0x58024430)
#define RCC_AHB4ENR REG(0x580244E0)
#define RCC_APB1LENR REG(0x580244E8)
#define RCC_APB4ENR REG(0x580244F4)
#define PWR_CSR1 REG(0x58024804)
#define PWR_CR3 REG(0x5802480C)
#define PWR_D3CR REG(0x58024818)
#define SYSCFG_PWRCR REG(0x5800042C)
#define FLASH_ACR REG(0x52002000)
#define GPIOD_MODER REG(0x58020C00)
#define GPIOD_AFRH REG(0x58020C24)

static void wait_for_voltage(void) {
  while ((PWR_D3CR & (1u << 13)) == 0) {
  }
}

uint32_t chip_full_speed(void) {
  PWR_CR3 = (PWR_CR3 & ~7u) | 2u;
  while ((PWR_CSR1 & (1u << 13)) == 0) {
  }
  PWR_D3CR |= 3u << 14;
  wait_for_voltage();
  RCC_APB4ENR |= 1u << 1;
  (void)RCC_APB4ENR;
  SYSCFG_PWRCR |= 1u;
  wait_for_voltage();
  RCC_CR |= 1u << 18;
  RCC_CR |= 1u << 16;
  while ((RCC_CR & (1u << 17)) == 0) {
  }
  RCC_PLLCKSELR = 2u | 1u << 4;
  RCC_PLLCFGR = 1u << 16 | 3u << 2;
  RCC_PLL1DIVR = (120u - 1) | 1u << 9 | 1u << 16 | 1u << 24;
  RCC_CR |= 1u << 24;
  while ((RCC_CR & (1u << 25)) == 0) {
  }
  FLASH_ACR = 4u | 2u << 4;
  while (FLASH_ACR != (4u | 2u << 4)) {
  }
  RCC_D1CFGR = 8u | 4u << 4;
  RCC_D2CFGR = 4u << 4 | 4u << 8;
  RCC_D3CFGR = 4u << 4;
  RCC_CFGR |= 3u;
  while ((RCC_CFGR & 0x38) != 0x18) {
  }
  return 480000000;
}

uint32_t chip_connect_usart3(void) {
  RCC_AHB4ENR |= 1u << 3;
  RCC_APB1LENR |= 1u << 18;
  (void)RCC_APB1LENR;
  GPIOD_MODER = (GPIOD_MODER & ~(0xFu << 16)) | 0xAu << 16;
  GPIOD_AFRH = (GPIOD_AFRH & ~0xFFu) | 0x77u;
  return 120000000;
}
