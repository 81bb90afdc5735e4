// The supply, and what must be done before the first use of the buses.
#include "firmware/family/stm32h7/chip.h"

#include "board_config.h"
#include "firmware/family/armv7m/startup.h"
#include "firmware/family/stm32/chip.h"
#include "firmware/family/stm32h7/registers.h"

#if ER_BOARD_POWER_SUPPLY_IS_LDO
#define SUPPLY PWR_CR3_LDOEN
#elif ER_BOARD_POWER_SUPPLY_IS_SMPS
#define SUPPLY PWR_CR3_SMPSEN
#else
#error "board.toml: [power] supply must be \"ldo\" or \"smps\", as the board is wired"
#endif

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

// Until the first write to PWR_CR3 after power-on the chip is in its mode Run*, where writes to RAM
// are not guaranteed (RM0433 6.4.1): nothing here may use the stack. The wait for ACTVOSRDY in
// PWR_CSR1, 8 bytes below, ends also where the supply is another.
__attribute__((naked)) void er_chip_confirm_supply(void) {
  __asm__ volatile(
      "ldr r0, =" TEXT(PWR_CR3_ADDRESS) "\n"
      "ldr r1, [r0]\n"
      "bic r1, r1, #" TEXT(PWR_CR3_SUPPLY_MASK) "\n"
      "orr r1, r1, #" TEXT(SUPPLY) "\n"
      "str r1, [r0]\n"
      "ldr r2, =100000\n"
      "1: ldr r1, [r0, #-8]\n"
      "tst r1, #0x2000\n"
      "it ne\n"
      "bxne lr\n"
      "subs r2, r2, #1\n"
      "bne 1b\n"
      "bx lr\n"
      ".ltorg\n");
}

int er_chip_has_its_supply(void) {
#if ER_BOARD_POWER_SUPPLY_IS_SMPS
  const uint32_t switches = PWR_CR3_SMPSEN | PWR_CR3_LDOEN | PWR_CR3_BYPASS;
#else
  const uint32_t switches = PWR_CR3_LDOEN | PWR_CR3_BYPASS;
#endif
  return (PWR_CR3 & switches) == SUPPLY;
}

int er_chip_is_early_revision(void) {
  return ER_REGISTER(ER_CHIP_DEVICE_ID_ADDRESS) >> DBGMCU_IDCODE_REVISION_SHIFT < 0x2000u;
}

// The core reads ahead speculatively; at 0x60000000 to 0xDFFFFFFF, external memory that no board
// here has, such a read would hold the bus for ever. One region over everything, without the
// eighths that hold memory and registers.
static void forbid_external_memory(void) {
  enum { kInUse = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 };
  MPU_RNR = 0;
  MPU_RBAR = 0;
  MPU_RASR = MPU_RASR_XN | MPU_RASR_WITHOUT(kInUse) | MPU_RASR_SIZE_4G | MPU_RASR_ENABLE;
  MPU_CTRL = MPU_CTRL_ENABLE | MPU_CTRL_PRIVDEFENA;
  er_dsb();
  er_isb();
}

void er_chip_prepare(void) {
  RCC_AHB2ENR |= RCC_AHB2ENR_SRAM1_TO_3;  // a run may have its arena there
  forbid_external_memory();
  // ES0392 2.2.9: reads of the AXI SRAM may return wrong data.
  if (er_chip_is_early_revision()) AXI_TARG7_FN_MOD = AXI_FN_MOD_READ_ISS_OVERRIDE;
}
