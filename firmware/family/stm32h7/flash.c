// Two banks; each programs flash words of 32 bytes with an error code of their own, so a word is
// written once and whole (RM0433 4.3.9).
#include "firmware/family/stm32/flash.h"

#include <string.h>

#include "board_config.h"
#include "firmware/family/cortex_m/cache.h"
#include "firmware/family/stm32/watchdog.h"
#include "firmware/family/stm32h7/registers.h"

static const uint32_t kSectorBytes[] = ER_CHIP_FLASH_SECTOR_BYTES;
enum {
  kSectors = sizeof kSectorBytes / sizeof kSectorBytes[0],
  kBankSectors = kSectors / ER_CHIP_FLASH_BANKS,
  kFlashWordBytes = 32,
};

// The flash word under way; what was not given is in its erased state.
static struct {
  uint32_t address;  // 0: none
  uint32_t words[kFlashWordBytes / 4];
} pending;

static void wait_until_ready(uint32_t bank) {
  er_dsb();
  while (FLASH_SR(bank) & FLASH_SR_BUSY) {
  }
}

static void unlock(uint32_t bank) {
  wait_until_ready(bank);
  if (FLASH_CR(bank) & FLASH_CR_LOCK) {
    FLASH_KEYR(bank) = 0x45670123u;
    FLASH_KEYR(bank) = 0xCDEF89ABu;
  }
  FLASH_CCR(bank) = FLASH_SR_ERRORS;  // written ones clear
}

// Locks again; 0 when the bank reports an error since unlock.
static int finish(uint32_t bank) {
  const int good = !(FLASH_SR(bank) & FLASH_SR_ERRORS);
  FLASH_CR(bank) = FLASH_CR_LOCK;
  return good;
}

static uint32_t bank_of(uint32_t address) {
  enum { kBankBytes = ER_CHIP_MEMORY_FLASH_SIZE_BYTES / ER_CHIP_FLASH_BANKS };
  return (address - ER_CHIP_MEMORY_FLASH_ADDRESS) / kBankBytes;
}

int er_flash_erase(uint32_t address, uint32_t bytes) {
  int good = 1;
  pending.address = 0;
  uint32_t start = ER_CHIP_MEMORY_FLASH_ADDRESS;
  for (uint32_t sector = 0; sector < kSectors; start += kSectorBytes[sector++]) {
    if (start >= address + bytes || start + kSectorBytes[sector] <= address) continue;
    const uint32_t bank = sector / kBankSectors;
    unlock(bank);
    FLASH_CR(bank) = FLASH_CR_PSIZE_64 | FLASH_CR_SER | FLASH_CR_SNB(sector % kBankSectors);
    FLASH_CR(bank) |= FLASH_CR_START;
    wait_until_ready(bank);
    er_watchdog_feed();  // a sector takes up to two seconds
    good &= finish(bank);
  }
  er_cache_flush_data();
  return good;
}

int er_flash_settle(void) {
  if (pending.address == 0) return 1;
  const uint32_t address = pending.address;
  const uint32_t bank = bank_of(address);
  pending.address = 0;
  unlock(bank);
  FLASH_CR(bank) = FLASH_CR_PSIZE_64 | FLASH_CR_PG;
  er_isb();
  er_dsb();
  for (uint32_t i = 0; i < kFlashWordBytes; i += 4) {
    ER_REGISTER(address + i) = pending.words[i / 4];
  }
  wait_until_ready(bank);
  const int good = finish(bank);
  er_cache_flush_data();
  return good && memcmp((const void*)(uintptr_t)address, pending.words, kFlashWordBytes) == 0;
}

int er_flash_program(uint32_t address, const uint8_t* from, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i += 4) {
    const uint32_t offset = (address + i) % kFlashWordBytes;
    const uint32_t flash_word = address + i - offset;
    if (pending.address != flash_word) {
      if (!er_flash_settle()) return 0;
      memset(pending.words, 0xFF, sizeof pending.words);
      pending.address = flash_word;
    }
    memcpy(&pending.words[offset / 4], from + i, 4);
    if (offset + 4 == kFlashWordBytes && !er_flash_settle()) return 0;
  }
  return 1;
}

void er_flash_accelerate(int on) { (void)on; }

uint32_t er_flash_settings(void) { return 0; }  // the caches are all it has
