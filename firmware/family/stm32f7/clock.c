#include "firmware/family/stm32/clock.h"

#include "board_config.h"
#include "firmware/family/stm32f7/registers.h"

enum {
  kMhz = 1000000,
  kHsiHz = 16 * kMhz,
  // The PLL multiplies 1 to 2 MHz up to twice the core clock and divides by two.
  kPllP = 2,
  kPllMinN = 50,
  kPllMaxN = 432,
  kPllMinHz = 100 * kMhz,
  kUsbHz = 48 * kMhz,
  kWithoutOverDriveHz = 180 * kMhz,
  kApb1MaxHz = 54 * kMhz,
  kApb2MaxHz = 108 * kMhz,
  kHzPerWaitState = 30 * kMhz,  // at 2.7 .. 3.6 V
  // Each turn takes at least five cycles of the 16 MHz the core has while waiting: over 100 ms.
  kWaitTurns = 400000,
};
_Static_assert(ER_BOARD_CLOCK_HSE_HZ % kMhz == 0, "the crystal must be of whole MHz");
_Static_assert(ER_BOARD_CLOCK_CORE_HZ <= ER_CHIP_MAX_CLOCK_HZ, "core_hz is over the chip's limit");

static int fell_back;

static int wait_for(volatile uint32_t* reg, uint32_t mask, uint32_t value) {
  for (uint32_t turn = 0; turn < kWaitTurns; turn++) {
    if ((*reg & mask) == value) return 1;
  }
  return 0;
}

enum { kSwMask = 3, kSwHsi = 0, kSwPll = 2, kSwsShift = 2 };

static int switch_to(uint32_t source) {
  RCC_CFGR = (RCC_CFGR & ~(uint32_t)kSwMask) | source;
  return wait_for(&RCC_CFGR, kSwMask << kSwsShift, source << kSwsShift);
}

// A debugger may have left the PLL running: over-drive can only be entered from outside of it.
static void leave_pll(void) {
  RCC_CR |= RCC_CR_HSION;
  wait_for(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY);
  switch_to(kSwHsi);
  RCC_CR &= ~RCC_CR_PLLON;
  wait_for(&RCC_CR, RCC_CR_PLLRDY, 0);
  PWR_CR1 &= ~(PWR_CR1_ODEN | PWR_CR1_ODSWEN);
  RCC_CFGR &= ~0xFCF0u;  // HPRE, PPRE1, PPRE2: undivided
}

static int start_hse(void) {
#if ER_BOARD_CLOCK_HSE_BYPASS
  RCC_CR |= RCC_CR_HSEBYP;
#endif
  RCC_CR |= RCC_CR_HSEON;
  return wait_for(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
}

// Starts the PLL at exactly twice the core clock. 0 when no M and N make that of the source.
static int start_pll(uint32_t source_hz, uint32_t core_hz) {
  const uint32_t pll_hz = kPllP * core_hz;
  for (uint32_t m = source_hz / kMhz; m >= 2 && source_hz / m <= 2 * kMhz; m--) {
    const uint32_t n = (uint32_t)((uint64_t)pll_hz * m / source_hz);
    if (n < kPllMinN || n > kPllMaxN || (uint64_t)n * source_hz != (uint64_t)pll_hz * m) continue;
    const uint32_t q = (pll_hz + kUsbHz - 1) / kUsbHz;
    RCC_PLLCFGR = m | n << 6 | (source_hz == kHsiHz ? 0 : RCC_PLLCFGR_PLLSRC_HSE) | q << 24;
    RCC_CR |= RCC_CR_PLLON;
    return wait_for(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
  }
  return 0;
}

static int enter_over_drive(uint32_t core_hz) {
  if (core_hz <= kWithoutOverDriveHz) return 1;
  PWR_CR1 |= PWR_CR1_ODEN;
  if (!wait_for(&PWR_CSR1, PWR_CSR1_ODRDY, PWR_CSR1_ODRDY)) return 0;
  PWR_CR1 |= PWR_CR1_ODSWEN;
  return wait_for(&PWR_CSR1, PWR_CSR1_ODSWRDY, PWR_CSR1_ODSWRDY);
}

static int set_flash_latency(uint32_t core_hz) {
  const uint32_t latency = (core_hz - 1) / kHzPerWaitState;
  FLASH_ACR = (FLASH_ACR & ~FLASH_ACR_LATENCY_MASK) | latency;
  return (FLASH_ACR & FLASH_ACR_LATENCY_MASK) == latency;
}

// The encoding of an APB prescaler: 0 = 1, 4 = 2, 5 = 4, ...
static uint32_t apb_prescaler(uint32_t hz, uint32_t max_hz) {
  uint32_t code = 0;
  for (; hz > max_hz; hz /= 2) code = code ? code + 1 : 4;
  return code;
}

void er_clock_init(uint32_t core_hz) {
  RCC_APB1ENR |= RCC_APB1ENR_PWREN;
  er_dsb();
  leave_pll();
  PWR_CR1 |= PWR_CR1_VOS_SCALE1;
  const int hse = start_hse();
  fell_back = !hse;
  // Some frequencies, 288 MHz with 25 MHz outside, only the internal oscillator's 16 MHz divide.
  const int pll =
      core_hz >= kPllMinHz / kPllP &&
      ((hse && start_pll(ER_BOARD_CLOCK_HSE_HZ, core_hz)) || start_pll(kHsiHz, core_hz));
  if (pll && enter_over_drive(core_hz) && set_flash_latency(core_hz)) {
    RCC_CFGR |= apb_prescaler(core_hz, kApb1MaxHz) << 10 | apb_prescaler(core_hz, kApb2MaxHz) << 13;
    if (switch_to(kSwPll)) return;
  }
  fell_back = 1;
  leave_pll();
  set_flash_latency(kHsiHz);
}

int er_clock_fell_back(void) { return fell_back; }

static uint32_t pll_hz(void) {
  const uint32_t config = RCC_PLLCFGR;
  const uint32_t source = config & RCC_PLLCFGR_PLLSRC_HSE ? ER_BOARD_CLOCK_HSE_HZ : kHsiHz;
  const uint32_t m = config & 0x3Fu;
  const uint32_t n = config >> 6 & 0x1FFu;
  const uint32_t p = 2u * ((config >> 16 & 3u) + 1u);
  return m ? (uint32_t)((uint64_t)source * n / m / p) : 0;
}

uint32_t er_clock_core_hz(void) {
  static const uint8_t kAhbShift[16] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 6, 7, 8, 9};
  const uint32_t config = RCC_CFGR;
  const uint32_t source = config >> kSwsShift & kSwMask;
  const uint32_t hz = source == kSwHsi   ? kHsiHz
                      : source == kSwPll ? pll_hz()
                                         : ER_BOARD_CLOCK_HSE_HZ;
  return hz >> kAhbShift[config >> 4 & 0xFu];
}

static uint32_t apb_hz(uint32_t code) {
  return er_clock_core_hz() >> (code & 4u ? (code & 3u) + 1u : 0u);
}

uint32_t er_clock_start_uart(void) {
  ER_REGISTER(ER_BOARD_UART_INSTANCE_CLOCK_ADDRESS) |= ER_BIT(ER_BOARD_UART_INSTANCE_CLOCK_BIT);
  RCC_DCKCFGR2 &= ~(3u << ER_BOARD_UART_INSTANCE_KERNEL_SHIFT);  // from its bus
  er_dsb();
  return apb_hz(RCC_CFGR >> ER_BOARD_UART_INSTANCE_PRESCALER_SHIFT & 7u);
}
