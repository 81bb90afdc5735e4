#include "agent/vboard/chip/rcc_f7.h"

#include <spdlog/spdlog.h>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr = 0x00, kPllCfgr = 0x04, kCfgr = 0x08, kAhb1Enr = 0x30, kApb1Enr = 0x40,
                   kCsr = 0x74, kDckCfgr1 = 0x8C, kDckCfgr2 = 0x90;
constexpr uint32_t kHsiOn = 1u << 0, kHsiRdy = 1u << 1, kHseOn = 1u << 16, kHseRdy = 1u << 17,
                   kPllOn = 1u << 24, kPllRdy = 1u << 25, kPllI2sOn = 1u << 26,
                   kPllI2sRdy = 1u << 27, kPllSaiOn = 1u << 28, kPllSaiRdy = 1u << 29;
constexpr uint32_t kReadyBits = kHsiRdy | kHseRdy | kPllRdy | kPllI2sRdy | kPllSaiRdy;
constexpr uint32_t kSourceHsi = 0, kSourceHse = 1, kSourcePll = 2;
// Start-up times in virtual time: long enough that a program which does not wait is caught.
constexpr uint64_t kHsiStartNs = 2'000, kHseStartNs = 200'000, kPllLockNs = 100'000,
                   kLsiStartNs = 30'000;
constexpr uint32_t kResetFlags = 0xFE000000;
// Specified are 432 MHz; published overclocks run it at 576 MHz for a core at 288 MHz.
constexpr uint64_t kVcoMinHz = 100'000'000, kVcoMaxHz = 432'000'000, kVcoLimitHz = 600'000'000;

}  // namespace

void RccF7::Reset() {
  control_ = 0x00000080 | kHsiOn;
  pllcfgr_ = 0x24003010;
  config_ = 0;
  sws_ = kSourceHsi;
  csr_ &= kResetFlags;
  ClearPlain();
  WritePlain(kAhb1Enr, 0x00100000, 0xFFFFFFFF);  // DTCMRAMEN
  hsi_ready_ns_ = 0;
  Apply();
}

void RccF7::NoteReset(ResetCause cause) {
  switch (cause) {
    case ResetCause::kPowerOn:
      csr_ = 1u << 27 | 1u << 26 | 1u << 25;
      break;
    case ResetCause::kPin:
      csr_ |= 1u << 26;
      break;
    case ResetCause::kSoftware:
      csr_ |= 1u << 28 | 1u << 26;  // an internal reset also pulls the pin
      break;
    case ResetCause::kIndependentWatchdog:
      csr_ |= 1u << 29 | 1u << 26;
      break;
  }
}

bool RccF7::HseReady() const {
  return (control_ & kHseOn) != 0 && facts_.hse_hz != 0 && clock_->NowNs() >= hse_ready_ns_;
}

uint64_t RccF7::VcoHz() const {
  const uint64_t source = (pllcfgr_ & (1u << 22)) != 0 ? facts_.hse_hz : facts_.hsi_hz;
  const uint64_t m = pllcfgr_ & 0x3F, n = pllcfgr_ >> 6 & 0x1FF;
  if (m < 2 || n < 50 || n > 432) return 0;
  const uint64_t input = source / m, vco = source * n / m;
  if (input < 950'000 || input > 2'100'000 || vco < kVcoMinHz || vco > kVcoLimitHz) return 0;
  return vco;
}

uint64_t RccF7::PllHz() const { return VcoHz() / (2 * ((pllcfgr_ >> 16 & 3) + 1)); }

bool RccF7::PllReady() const {
  if ((control_ & kPllOn) == 0 || PllHz() == 0 || clock_->NowNs() < pll_ready_ns_) return false;
  const bool from_hse = (pllcfgr_ & (1u << 22)) != 0;
  return from_hse ? HseReady() : (control_ & kHsiOn) != 0;
}

uint64_t RccF7::SourceHz(uint32_t source) const {
  switch (source) {
    case kSourceHse:
      return facts_.hse_hz;
    case kSourcePll:
      return PllHz();
    default:
      return facts_.hsi_hz;
  }
}

uint64_t RccF7::hclk_hz() const {
  const uint32_t hpre = config_ >> 4 & 0xF;
  constexpr uint32_t kShift[8] = {1, 2, 3, 4, 6, 7, 8, 9};
  return SysclkHz() >> (hpre < 8 ? 0 : kShift[hpre - 8]);
}

uint64_t RccF7::pclk_hz(ApbBus bus) const {
  const uint32_t pre = config_ >> (bus == ApbBus::kApb1 ? 10 : 13) & 7;
  return hclk_hz() >> (pre < 4 ? 0 : pre - 3);
}

uint64_t RccF7::timer_hz(ApbBus bus) const {
  const uint32_t pre = config_ >> (bus == ApbBus::kApb1 ? 10 : 13) & 7;
  const bool by_four = (Plain(kDckCfgr1) & (1u << 24)) != 0;  // TIMPRE
  if (pre < 4) return hclk_hz();
  if (by_four) return pre < 6 ? hclk_hz() : 4 * pclk_hz(bus);
  return 2 * pclk_hz(bus);
}

uint64_t RccF7::uart_hz(const UartFact& uart) const {
  switch (Plain(kDckCfgr2) >> uart.kernel_select_shift & 3) {
    case 0:
      return pclk_hz(uart.bus);
    case 1:
      return SysclkHz();
    case 2:
      return (control_ & kHsiOn) != 0 ? facts_.hsi_hz : 0;
    default:
      return 0;  // the board has no 32 kHz crystal
  }
}

uint32_t RccF7::ReadControl() const {
  uint32_t value = control_;
  const uint64_t now = clock_->NowNs();
  if ((control_ & kHsiOn) != 0 && now >= hsi_ready_ns_) value |= kHsiRdy;
  if (HseReady()) value |= kHseRdy;
  if (PllReady()) value |= kPllRdy;
  if ((control_ & kPllI2sOn) != 0 && now >= plli2s_ready_ns_) value |= kPllI2sRdy;
  if ((control_ & kPllSaiOn) != 0 && now >= pllsai_ready_ns_) value |= kPllSaiRdy;
  return value;
}

void RccF7::WriteControl(uint32_t value, uint32_t mask) {
  uint32_t wanted = Merge(control_, value, mask) & ~kReadyBits;
  // What the system runs from cannot be switched off.
  if (sws_ == kSourceHsi) wanted |= kHsiOn;
  if (sws_ == kSourceHse || (sws_ == kSourcePll && (pllcfgr_ & (1u << 22)) != 0)) wanted |= kHseOn;
  if (sws_ == kSourcePll) {
    wanted |= kPllOn;
    if ((pllcfgr_ & (1u << 22)) == 0) wanted |= kHsiOn;
  }
  const uint32_t turned_on = wanted & ~control_;
  const uint64_t now = clock_->NowNs();
  control_ = wanted;
  if ((turned_on & kHsiOn) != 0) hsi_ready_ns_ = now + kHsiStartNs;
  if ((turned_on & kHseOn) != 0) hse_ready_ns_ = now + kHseStartNs;
  if ((turned_on & kPllI2sOn) != 0) plli2s_ready_ns_ = now + kPllLockNs;
  if ((turned_on & kPllSaiOn) != 0) pllsai_ready_ns_ = now + kPllLockNs;
  if ((turned_on & kPllOn) != 0) {
    pll_ready_ns_ = now + kPllLockNs;
    if (PllHz() == 0) {
      spdlog::warn(
          "the PLL cannot lock with PLLCFGR 0x{:08x}: its input must be 1..2 MHz and its VCO "
          "100..432 MHz (crystal: {} Hz)",
          pllcfgr_, facts_.hse_hz);
    } else if (VcoHz() > kVcoMaxHz) {
      spdlog::warn("the PLL's VCO runs at {} Hz: above its specification of {} Hz", VcoHz(),
                   kVcoMaxHz);
    } else if ((pllcfgr_ & (1u << 22)) != 0 && !HseReady()) {
      spdlog::warn("the PLL was started from HSE before HSERDY: it does not lock until HSE runs");
    }
  }
}

void RccF7::WriteConfig(uint32_t value, uint32_t mask) {
  config_ = Merge(config_, value, mask) & ~0xCu;
  const uint32_t wanted = config_ & 3;
  if (wanted == sws_) return Apply();
  bool ready = false;
  switch (wanted) {
    case kSourceHsi:
      ready = (ReadControl() & kHsiRdy) != 0;
      break;
    case kSourceHse:
      ready = HseReady();
      break;
    case kSourcePll:
      ready = PllReady();
      break;
    default:
      break;
  }
  if (!ready) {
    spdlog::warn("SYSCLK switch to source {} refused: that clock is not ready (RCC_CR 0x{:08x})",
                 wanted, ReadControl());
    Apply();
    return;
  }
  sws_ = wanted;
  Apply();
}

uint32_t RccF7::Read(uint32_t offset) {
  switch (offset) {
    case kCr:
      return ReadControl();
    case kPllCfgr:
      return pllcfgr_;
    case kCfgr:
      return config_ | sws_ << 2;
    case kCsr: {
      const bool ready = (csr_ & 1) != 0 && clock_->NowNs() >= lsi_ready_ns_;
      return csr_ | (ready ? 2 : 0);
    }
    default:
      return Plain(offset);
  }
}

void RccF7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  switch (offset) {
    case kCr:
      return WriteControl(value, mask);
    case kPllCfgr:
      if ((control_ & kPllOn) != 0) {
        spdlog::warn("PLLCFGR written while the PLL is on: ignored");
        return;
      }
      pllcfgr_ = Merge(pllcfgr_, value, mask) & 0x7F437FFF;
      return;
    case kCfgr:
      return WriteConfig(value, mask);
    case kCsr: {
      const uint32_t set = value & mask;
      if ((set & (1u << 24)) != 0) csr_ &= ~kResetFlags;
      if ((set & 1) != 0 && (csr_ & 1) == 0) lsi_ready_ns_ = clock_->NowNs() + kLsiStartNs;
      csr_ = (csr_ & kResetFlags) | (set & 1);
      return;
    }
    default:
      break;
  }
  WritePlain(offset, value, mask);
  if (offset >= kDckCfgr1 || offset == kApb1Enr) Apply();
}

}  // namespace edgerack::vboard
