#include "firmware/family/stm32/flash.h"

#include <string.h>

#include "board_config.h"
#include "firmware/family/cortex_m/cache.h"
#include "firmware/family/stm32/watchdog.h"
#include "firmware/family/stm32f7/registers.h"
#include "firmware/wire/messages.h"

static const uint32_t kSectorBytes[] = ER_CHIP_FLASH_SECTOR_BYTES;
enum { kSectors = sizeof kSectorBytes / sizeof kSectorBytes[0] };

static void wait_until_ready(void) {
  er_dsb();
  while (FLASH_SR & FLASH_SR_BSY) {
  }
}

static void unlock(void) {
  wait_until_ready();
  if (FLASH_CR & FLASH_CR_LOCK) {
    FLASH_KEYR = 0x45670123u;
    FLASH_KEYR = 0xCDEF89ABu;
  }
  FLASH_SR = FLASH_SR_ERRORS;  // written ones clear
}

// Locks again; 0 when the flash reports an error since unlock.
static int finish(void) {
  const int good = !(FLASH_SR & FLASH_SR_ERRORS);
  FLASH_CR = FLASH_CR_LOCK;
  er_cache_flush_data();
  return good;
}

int er_flash_erase(uint32_t address, uint32_t bytes) {
  unlock();
  uint32_t start = ER_CHIP_MEMORY_FLASH_ADDRESS;
  for (uint32_t sector = 0; sector < kSectors; start += kSectorBytes[sector++]) {
    if (start >= address + bytes || start + kSectorBytes[sector] <= address) continue;
    FLASH_CR = FLASH_CR_PSIZE_32 | FLASH_CR_SER | FLASH_CR_SNB(sector);
    FLASH_CR |= FLASH_CR_STRT;
    wait_until_ready();
    er_watchdog_feed();  // a sector takes up to two seconds
  }
  return finish();
}

int er_flash_program(uint32_t address, const uint8_t* from, uint32_t bytes) {
  unlock();
  FLASH_CR = FLASH_CR_PSIZE_32 | FLASH_CR_PG;
  for (uint32_t i = 0; i < bytes; i += 4) {
    uint32_t word;
    memcpy(&word, from + i, sizeof word);
    // The barrier keeps the store buffer from merging two words into a wider write.
    ER_REGISTER(address + i) = word;
    wait_until_ready();
  }
  return finish() && memcmp((const void*)(uintptr_t)address, from, bytes) == 0;
}

int er_flash_settle(void) { return 1; }  // its own word is one of 32 bits: nothing is kept

// The accelerator for code fetched through the ITCM bus, and its prefetch; emptied first.
void er_flash_accelerate(int on) {
  FLASH_ACR &= ~(FLASH_ACR_ARTEN | FLASH_ACR_PRFTEN);
  if (!on) return;
  FLASH_ACR |= FLASH_ACR_ARTRST;
  FLASH_ACR &= ~FLASH_ACR_ARTRST;
  FLASH_ACR |= FLASH_ACR_ARTEN | FLASH_ACR_PRFTEN;
}

uint32_t er_flash_settings(void) { return FLASH_ACR & FLASH_ACR_ARTEN ? ER_SETTING_ART : 0; }
