#include "firmware/family/stm32/clock.h"

#include "board_config.h"
#include "firmware/family/stm32h7/chip.h"
#include "firmware/family/stm32h7/registers.h"

enum {
  kMhz = 1000000,
  kHsiHz = 64 * kMhz,
  kScale1MaxHz = 400 * kMhz,  // above it the core needs voltage scale 0
  kBusDivider = 2,            // of the core's clock, for AHB; and of that, for APB
  // The PLL multiplies its reference up to twice the core clock and divides by two.
  kPllP = 2,
  kReferenceMinHz = 2 * kMhz,  // for the wide VCO
  kReferenceMiddleHz = 4 * kMhz,
  kReferenceMaxHz = 8 * kMhz,
  // Each turn takes at least five cycles of the 64 MHz the core has while waiting: over 30 ms.
  kWaitTurns = 400000,
};
_Static_assert(ER_BOARD_CLOCK_CORE_HZ <= ER_CHIP_MAX_CLOCK_HZ, "core_hz is over the chip's limit");
#if ER_BOARD_POWER_SUPPLY_IS_SMPS
enum { kFromConverter = 1 };
_Static_assert(ER_BOARD_CLOCK_CORE_HZ <= kScale1MaxHz,
               "the step-down converter must not feed voltage scale 0");
#else
enum { kFromConverter = 0 };
#endif

static int fell_back;

static int wait_for(volatile uint32_t* reg, uint32_t mask, uint32_t value) {
  for (uint32_t turn = 0; turn < kWaitTurns; turn++) {
    if ((*reg & mask) == value) return 1;
  }
  return 0;
}

enum { kSwHsi = 0, kSwHse = 2, kSwPll1 = 3, kPllFromHsi = 0, kPllFromHse = 2 };

static int switch_to(uint32_t source) {
  RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | source;
  return wait_for(&RCC_CFGR, RCC_CFGR_SW_MASK << RCC_CFGR_SWS_SHIFT, source << RCC_CFGR_SWS_SHIFT);
}

// A debugger may have left the PLL running, and its settings can be changed only while it is off.
static void leave_pll(void) {
  RCC_CR = (RCC_CR & ~(RCC_CR_HSIDIV_MASK << RCC_CR_HSIDIV_SHIFT)) | RCC_CR_HSION;
  wait_for(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY);
  switch_to(kSwHsi);
  RCC_CR &= ~RCC_CR_PLL1ON;
  wait_for(&RCC_CR, RCC_CR_PLL1RDY, 0);
}

// Some boards of a kind bring the clock of the probe, others a crystal; the board's file says what
// is more likely.
static int start_hse(void) {
  uint32_t bypass = ER_BOARD_CLOCK_HSE_BYPASS ? RCC_CR_HSEBYP : 0;
  for (int attempt = 0; attempt < 2; attempt++, bypass ^= RCC_CR_HSEBYP) {
    RCC_CR &= ~RCC_CR_HSEON;
    wait_for(&RCC_CR, RCC_CR_HSERDY, 0);
    RCC_CR = (RCC_CR & ~RCC_CR_HSEBYP) | bypass;
    RCC_CR |= RCC_CR_HSEON;
    if (wait_for(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY)) return 1;
  }
  RCC_CR &= ~RCC_CR_HSEON;
  return 0;
}

// The largest reference below 8 MHz that divides what the PLL is to give.
static uint32_t reference_divider(uint32_t source_hz, uint32_t vco_hz) {
  for (uint32_t m = 1; m <= RCC_PLLCKSELR_DIVM1_MASK; m++) {
    const uint32_t reference_hz = source_hz / m;
    if (reference_hz < kReferenceMinHz) break;
    if (source_hz % m || reference_hz >= kReferenceMaxHz || vco_hz % reference_hz) continue;
    return m;
  }
  return 0;
}

static int start_pll(int from_hse, uint32_t core_hz) {
  const uint32_t source_hz = from_hse ? ER_BOARD_CLOCK_HSE_HZ : kHsiHz;
  const uint32_t vco_hz = kPllP * core_hz;
  const uint32_t m = reference_divider(source_hz, vco_hz);
  if (m == 0) return 0;
  const uint32_t reference_hz = source_hz / m;
  const uint32_t range = reference_hz < kReferenceMiddleHz ? 1 : 2;
  RCC_PLLCKSELR = (RCC_PLLCKSELR & ~(RCC_PLLCKSELR_SOURCE_MASK |
                                     RCC_PLLCKSELR_DIVM1_MASK << RCC_PLLCKSELR_DIVM1_SHIFT)) |
                  (from_hse ? kPllFromHse : kPllFromHsi) | m << RCC_PLLCKSELR_DIVM1_SHIFT;
  RCC_PLLCFGR = (RCC_PLLCFGR & ~RCC_PLLCFGR_PLL1_MASK) | range << RCC_PLLCFGR_PLL1RGE_SHIFT |
                RCC_PLLCFGR_DIVP1EN;
  RCC_PLL1DIVR = (vco_hz / reference_hz - 1) | (kPllP - 1) << RCC_PLL1DIVR_P_SHIFT |
                 1u << RCC_PLL1DIVR_Q_SHIFT | 1u << RCC_PLL1DIVR_R_SHIFT;
  RCC_CR |= RCC_CR_PLL1ON;
  return wait_for(&RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY);
}

static int set_voltage(uint32_t core_hz) {
  if (!er_chip_has_its_supply()) return 0;
  PWR_D3CR = (PWR_D3CR & ~PWR_D3CR_VOS_MASK) | PWR_D3CR_VOS_SCALE1;
  if (!wait_for(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY)) return 0;
  if (core_hz <= kScale1MaxHz) return 1;
  RCC_APB4ENR |= RCC_APB4ENR_SYSCFGEN;
  er_dsb();
  SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;  // scale 0 is entered from scale 1
  return wait_for(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY);
}

// Wait states and signal delay by the flash's clock at voltage scale 1 (RM0433 table 17); scale 0
// adds the last line.
static int set_flash_latency(uint32_t bus_hz) {
  static const struct {
    uint32_t max_mhz, acr;
  } kLatency[] = {{70, 0x00}, {140, 0x11}, {185, 0x12}, {210, 0x22}, {225, 0x23}, {240, 0x24}};
  for (uint32_t i = 0; i < sizeof kLatency / sizeof kLatency[0]; i++) {
    if (bus_hz > kLatency[i].max_mhz * kMhz) continue;
    FLASH_ACR = kLatency[i].acr;
    return FLASH_ACR == kLatency[i].acr;
  }
  return 0;
}

void er_clock_init(uint32_t wanted_hz) {
  leave_pll();
  const int scale1_only = kFromConverter || er_chip_is_early_revision();
  const int slower = scale1_only && wanted_hz > kScale1MaxHz;
  const uint32_t core_hz = slower ? kScale1MaxHz : wanted_hz;
  const int hse = start_hse();
  fell_back = slower || !hse;
  if (set_voltage(core_hz) && start_pll(hse, core_hz) && set_flash_latency(core_hz / kBusDivider)) {
    RCC_D1CFGR = RCC_D1CFGR_HPRE_BY_2 | RCC_D1CFGR_D1PPRE_BY_2;
    RCC_D2CFGR = RCC_D2CFGR_BOTH_BY_2;
    RCC_D3CFGR = RCC_D3CFGR_BY_2;
    if (switch_to(kSwPll1)) return;
  }
  fell_back = 1;
  leave_pll();
}

int er_clock_fell_back(void) { return fell_back; }

static uint32_t hsi_hz(void) {
  return kHsiHz >> (RCC_CR >> RCC_CR_HSIDIV_SHIFT & RCC_CR_HSIDIV_MASK);
}

static uint32_t pll_hz(void) {
  const uint32_t select = RCC_PLLCKSELR, dividers = RCC_PLL1DIVR;
  const uint32_t from_hse = (select & RCC_PLLCKSELR_SOURCE_MASK) == kPllFromHse;
  const uint32_t m = select >> RCC_PLLCKSELR_DIVM1_SHIFT & RCC_PLLCKSELR_DIVM1_MASK;
  const uint32_t n = (dividers & 0x1FFu) + 1u;
  const uint32_t p = (dividers >> RCC_PLL1DIVR_P_SHIFT & 0x7Fu) + 1u;
  return m ? (from_hse ? ER_BOARD_CLOCK_HSE_HZ : hsi_hz()) / m * n / p : 0;
}

uint32_t er_clock_core_hz(void) {
  static const uint8_t kShift[16] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 6, 7, 8, 9};
  const uint32_t source = RCC_CFGR >> RCC_CFGR_SWS_SHIFT & RCC_CFGR_SW_MASK;
  const uint32_t hz = source == kSwPll1  ? pll_hz()
                      : source == kSwHse ? ER_BOARD_CLOCK_HSE_HZ
                                         : hsi_hz();
  return hz >> kShift[RCC_D1CFGR >> RCC_D1CFGR_D1CPRE_SHIFT & 0xFu];
}

// From the internal oscillator: the link stands also where the PLL does not.
uint32_t er_clock_start_uart(void) {
  enum { kFromHsi = 3, kFieldMask = 7 };
  RCC_D2CCIP2R = (RCC_D2CCIP2R & ~((uint32_t)kFieldMask << ER_BOARD_UART_INSTANCE_KERNEL_SHIFT)) |
                 (uint32_t)kFromHsi << ER_BOARD_UART_INSTANCE_KERNEL_SHIFT;
  ER_REGISTER(ER_BOARD_UART_INSTANCE_CLOCK_ADDRESS) |= ER_BIT(ER_BOARD_UART_INSTANCE_CLOCK_BIT);
  er_dsb();
  return hsi_hz();
}
