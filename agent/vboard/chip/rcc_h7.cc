#include "agent/vboard/chip/rcc_h7.h"

#include <spdlog/spdlog.h>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr = 0x00, kCfgr = 0x10, kD1Cfgr = 0x18, kD2Cfgr = 0x1C, kD3Cfgr = 0x20,
                   kPllCkSelr = 0x28, kPllCfgr = 0x2C, kPll1Divr = 0x30, kD2Ccip2r = 0x54,
                   kCsr = 0x74, kRsr = 0xD0;
constexpr uint32_t kHsiOn = 1u << 0, kHsiRdy = 1u << 2, kHsiDivF = 1u << 5, kCsiOn = 1u << 7,
                   kCsiRdy = 1u << 8, kHsi48On = 1u << 12, kHsi48Rdy = 1u << 13,
                   kDomainsRdy = 3u << 14, kHseOn = 1u << 16, kHseRdy = 1u << 17,
                   kPll1On = 1u << 24, kPll1Rdy = 1u << 25;
constexpr uint32_t kReadyBits =
    kHsiRdy | kHsiDivF | kCsiRdy | kHsi48Rdy | kDomainsRdy | kHseRdy | 0x2A000000;
constexpr uint32_t kSourceHsi = 0, kSourceCsi = 1, kSourceHse = 2, kSourcePll = 3;
constexpr uint64_t kCsiHz = 4'000'000;
// Start-up times in virtual time: long enough that a program which does not wait is caught.
constexpr uint64_t kHsiStartNs = 2'000, kHseStartNs = 200'000, kPllLockNs = 100'000,
                   kLsiStartNs = 30'000;
constexpr uint32_t kResetFlags = 0x55FA0000, kRemoveFlags = 1u << 16;
constexpr uint32_t kCpuReset = 1u << 17, kBrownOut = 1u << 21, kPin = 1u << 22, kPowerOn = 1u << 23,
                   kSoftware = 1u << 24, kWatchdog = 1u << 26;

uint32_t AhbShift(uint32_t code) {
  constexpr uint32_t kShift[8] = {1, 2, 3, 4, 6, 7, 8, 9};
  return code < 8 ? 0 : kShift[code - 8];
}

uint32_t ApbShift(uint32_t code) { return code < 4 ? 0 : code - 3; }

}  // namespace

void RccH7::Reset() {
  control_ = kHsiOn;
  config_ = 0;
  select_ = 0x02020200;
  pllcfgr_ = 0x01FF0000;
  dividers_ = 0x01010280;
  csr_ = 0;
  sws_ = kSourceHsi;
  ClearPlain();
  hsi_ready_ns_ = 0;
  Apply();
}

void RccH7::NoteReset(ResetCause cause) {
  switch (cause) {
    case ResetCause::kPowerOn:
      flags_ = kPowerOn | kPin | kBrownOut | kCpuReset;
      break;
    case ResetCause::kPin:
      flags_ |= kPin | kCpuReset;
      break;
    case ResetCause::kSoftware:
      flags_ |= kSoftware | kPin | kCpuReset;  // an internal reset also pulls the pin
      break;
    case ResetCause::kIndependentWatchdog:
      flags_ |= kWatchdog | kPin | kCpuReset;
      break;
  }
}

bool RccH7::HseReady() const {
  return (control_ & kHseOn) != 0 && facts_.hse_hz != 0 && clock_->NowNs() >= hse_ready_ns_;
}

uint64_t RccH7::HsiHz() const { return facts_.hsi_hz >> (control_ >> 3 & 3); }

uint32_t RccH7::PllSource() const { return select_ & 3; }

uint64_t RccH7::PllSourceHz() const {
  switch (PllSource()) {
    case 0:
      return HsiHz();
    case 1:
      return kCsiHz;
    case 2:
      return facts_.hse_hz;
    default:
      return 0;
  }
}

uint64_t RccH7::PllHz() const {
  const uint64_t source = PllSourceHz(), m = select_ >> 4 & 0x3F, n = (dividers_ & 0x1FF) + 1,
                 p = (dividers_ >> 9 & 0x7F) + 1;
  if (source == 0 || m == 0 || n < 4) return 0;
  if (p != 1 && p % 2 != 0) return 0;          // odd divisions are not allowed for PLL1
  if ((pllcfgr_ & (1u << 16)) == 0) return 0;  // DIVP1EN
  const uint64_t reference = source / m, vco = source * n / m;
  const uint64_t range_min = 1'000'000ull << (pllcfgr_ >> 2 & 3);
  if (reference < range_min || reference > 2 * range_min) return 0;
  const bool wide = (pllcfgr_ & 2) == 0;
  if (wide && reference < 2'000'000) return 0;
  if (vco < (wide ? 192'000'000u : 150'000'000u) || vco > (wide ? 960'000'000u : 420'000'000u)) {
    return 0;
  }
  return vco / p;
}

bool RccH7::PllReady() const {
  if ((control_ & kPll1On) == 0 || PllHz() == 0 || clock_->NowNs() < pll_ready_ns_[0]) {
    return false;
  }
  return Ready(PllSource());
}

bool RccH7::Ready(uint32_t source) const {
  switch (source) {
    case kSourceHsi:
      return (control_ & kHsiOn) != 0 && clock_->NowNs() >= hsi_ready_ns_;
    case kSourceCsi:
      return (control_ & kCsiOn) != 0 && clock_->NowNs() >= csi_ready_ns_;
    case kSourceHse:
      return HseReady();
    case kSourcePll:
      return PllReady();
    default:
      return false;
  }
}

uint64_t RccH7::SourceHz(uint32_t source) const {
  switch (source) {
    case kSourceCsi:
      return kCsiHz;
    case kSourceHse:
      return facts_.hse_hz;
    case kSourcePll:
      return PllHz();
    default:
      return HsiHz();
  }
}

bool RccH7::RunsFromPll() const { return sws_ == kSourcePll; }

uint64_t RccH7::core_hz() const { return SourceHz(sws_) >> AhbShift(Plain(kD1Cfgr) >> 8 & 0xF); }

uint64_t RccH7::hclk_hz() const { return core_hz() >> AhbShift(Plain(kD1Cfgr) & 0xF); }

uint64_t RccH7::pclk_hz(ApbBus bus) const {
  return hclk_hz() >> ApbShift(Plain(kD2Cfgr) >> (bus == ApbBus::kApb1 ? 4 : 8) & 7);
}

uint64_t RccH7::timer_hz(ApbBus bus) const {
  const uint32_t code = Plain(kD2Cfgr) >> (bus == ApbBus::kApb1 ? 4 : 8) & 7;
  if (code < 4) return hclk_hz();
  const bool by_four = (config_ & (1u << 15)) != 0;  // TIMPRE
  if (by_four) return code < 6 ? hclk_hz() : 4 * pclk_hz(bus);
  return 2 * pclk_hz(bus);
}

uint64_t RccH7::uart_hz(const UartFact& uart) const {
  switch (Plain(kD2Ccip2r) >> uart.kernel_select_shift & 7) {
    case 0:
      return pclk_hz(uart.bus);
    case 3:
      return Ready(kSourceHsi) ? HsiHz() : 0;
    case 4:
      return Ready(kSourceCsi) ? kCsiHz : 0;
    default:
      return 0;  // PLL2 and PLL3 are not followed, and the board has no 32 kHz crystal
  }
}

uint32_t RccH7::ReadControl() const {
  uint32_t value = control_ | kHsiDivF | kDomainsRdy;
  const uint64_t now = clock_->NowNs();
  if (Ready(kSourceHsi)) value |= kHsiRdy;
  if (Ready(kSourceCsi)) value |= kCsiRdy;
  if ((control_ & kHsi48On) != 0) value |= kHsi48Rdy;
  if (HseReady()) value |= kHseRdy;
  if (PllReady()) value |= kPll1Rdy;
  for (int pll = 1; pll < 3; ++pll) {
    const bool on = (control_ & (kPll1On << (2 * pll))) != 0;
    if (on && now >= pll_ready_ns_[pll]) value |= kPll1Rdy << (2 * pll);
  }
  return value;
}

void RccH7::ExplainLock() const {
  if (PllHz() == 0) {
    spdlog::warn(
        "PLL1 cannot lock with PLLCKSELR 0x{:08x}, PLLCFGR 0x{:08x}, PLL1DIVR 0x{:08x}: its "
        "reference must be within PLL1RGE, its VCO 192..960 MHz (wide) or 150..420 MHz, P even and "
        "DIVP1EN set (crystal: {} Hz)",
        select_, pllcfgr_, dividers_, facts_.hse_hz);
  } else if (!Ready(PllSource())) {
    spdlog::warn("PLL1 was started before its source is ready: it does not lock until that runs");
  }
}

void RccH7::WriteControl(uint32_t value, uint32_t mask) {
  uint32_t wanted = Merge(control_, value, mask) & ~kReadyBits;
  // What the system runs from cannot be switched off.
  const uint32_t source = RunsFromPll() ? PllSource() : sws_;
  if (RunsFromPll()) wanted |= kPll1On;
  if (source == kSourceHsi) wanted |= kHsiOn;
  if (source == kSourceCsi) wanted |= kCsiOn;
  if (source == kSourceHse) wanted |= kHseOn;
  const uint32_t turned_on = wanted & ~control_;
  const uint64_t now = clock_->NowNs();
  control_ = wanted;
  if ((turned_on & kHsiOn) != 0) hsi_ready_ns_ = now + kHsiStartNs;
  if ((turned_on & kCsiOn) != 0) csi_ready_ns_ = now + kHsiStartNs;
  if ((turned_on & kHseOn) != 0) hse_ready_ns_ = now + kHseStartNs;
  for (int pll = 0; pll < 3; ++pll) {
    if ((turned_on & (kPll1On << (2 * pll))) != 0) pll_ready_ns_[pll] = now + kPllLockNs;
  }
  if ((turned_on & kPll1On) != 0) ExplainLock();
  Apply();
}

void RccH7::WriteConfig(uint32_t value, uint32_t mask) {
  config_ = Merge(config_, value, mask) & ~0x38u;
  const uint32_t wanted = config_ & 7;
  if (wanted != sws_) {
    if (Ready(wanted)) {
      sws_ = wanted;
    } else {
      spdlog::warn("SYSCLK switch to source {} refused: that clock is not ready (RCC_CR 0x{:08x})",
                   wanted, ReadControl());
    }
  }
  Apply();
}

void RccH7::WritePllRegister(const char* name, uint32_t* target, uint32_t pll1_bits, uint32_t value,
                             uint32_t mask) {
  uint32_t wanted = Merge(*target, value, mask);
  if ((control_ & kPll1On) != 0 && ((wanted ^ *target) & pll1_bits) != 0) {
    spdlog::warn("{}: the fields of PLL1 were written while it is on: ignored", name);
    wanted = (wanted & ~pll1_bits) | (*target & pll1_bits);
  }
  *target = wanted;
}

uint32_t RccH7::Read(uint32_t offset) {
  switch (offset) {
    case kCr:
      return ReadControl();
    case kCfgr:
      return config_ | sws_ << 3;
    case kPllCkSelr:
      return select_;
    case kPllCfgr:
      return pllcfgr_;
    case kPll1Divr:
      return dividers_;
    case kCsr: {
      const bool ready = (csr_ & 1) != 0 && clock_->NowNs() >= lsi_ready_ns_;
      return csr_ | (ready ? 2 : 0);
    }
    case kRsr:
      return flags_;
    default:
      return Plain(offset);
  }
}

void RccH7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t set = value & mask;
  switch (offset) {
    case kCr:
      return WriteControl(value, mask);
    case kCfgr:
      return WriteConfig(value, mask);
    case kPllCkSelr:
      return WritePllRegister("PLLCKSELR", &select_, 0x3F3, value, mask);
    case kPllCfgr:
      return WritePllRegister("PLLCFGR", &pllcfgr_, 0xE, value, mask);
    case kPll1Divr:
      return WritePllRegister("PLL1DIVR", &dividers_, 0x7F7FFFFF, value, mask);
    case kCsr:
      if ((set & 1) != 0 && (csr_ & 1) == 0) lsi_ready_ns_ = clock_->NowNs() + kLsiStartNs;
      csr_ = set & 1;
      return;
    case kRsr:
      if ((set & kRemoveFlags) != 0) flags_ &= ~kResetFlags;
      return;
    default:
      break;
  }
  WritePlain(offset, value, mask);
  if (offset == kD1Cfgr || offset == kD2Cfgr || offset == kD3Cfgr || offset == kD2Ccip2r) Apply();
}

}  // namespace edgerack::vboard
