#include "agent/vboard/chip/pwr_h7.h"

#include <spdlog/spdlog.h>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr1 = 0x00, kCsr1 = 0x04, kCr2 = 0x08, kCr3 = 0x0C, kCpuCr = 0x10, kD3Cr = 0x18;
constexpr uint32_t kBypass = 1u << 0, kLdoEn = 1u << 1, kScuEn = 1u << 2;
constexpr uint32_t kSupply = kBypass | kLdoEn | kScuEn;
constexpr uint32_t kReady = 1u << 13;  // VOSRDY, and ACTVOSRDY
constexpr uint32_t kPwrCr = 0x2C, kOdEn = 1u << 0;
constexpr uint64_t kSettleNs = 45'000;

// VOS of D3CR and ACTVOS of CSR1: 3 is scale 1, 1 is scale 3; scale 0 reads as scale 1.
uint32_t VosField(int scale) { return static_cast<uint32_t>(scale == 0 ? 3 : 4 - scale) << 14; }

}  // namespace

void PwrH7::Reset() {
  cr1_ = 0xF000C000;
  cr2_ = cpucr_ = 0;
  target_ = previous_ = 3;
  ready_ns_ = 0;
}

void PwrH7::PowerOnReset() {
  cr3_ = kLdoEn | kScuEn;
  supply_open_ = true;
  supply_ready_ns_ = 0;
}

OperatingLimits PwrH7::Limits() const {
  // RM0433 table 12 and 8.5.5: core and AHB.
  constexpr uint64_t kCore[4] = {480'000'000, 400'000'000, 300'000'000, 200'000'000};
  constexpr uint64_t kAhb[4] = {240'000'000, 200'000'000, 150'000'000, 100'000'000};
  const int scale = ActiveScale();
  return {kCore[scale], kAhb[scale], "voltage scale " + std::to_string(scale)};
}

uint32_t PwrH7::WaitStates(uint64_t hclk_hz) const {
  // RM0433 table 17.
  constexpr uint64_t kStep[4] = {70'000'000, 70'000'000, 55'000'000, 45'000'000};
  if (hclk_hz == 0) return 0;
  if (hclk_hz > 225'000'000) return 4;
  return static_cast<uint32_t>((hclk_hz - 1) / kStep[ActiveScale()]);
}

void PwrH7::ConfirmSupply(uint32_t wanted) {
  if (!supply_open_) {
    if (((wanted ^ cr3_) & (kBypass | kLdoEn)) != 0) {
      spdlog::warn("PWR_CR3: the supply was chosen already and stays so until power is removed");
    }
    return;
  }
  supply_open_ = false;
  cr3_ = (cr3_ & ~kSupply) | (wanted & (kBypass | kLdoEn));
  supply_ready_ns_ = clock_->NowNs() + kSettleNs;
  if ((cr3_ & kSupply) != kLdoEn) {
    spdlog::warn(
        "PWR_CR3: 0x{:x} is not this board's supply, which is the LDO: the voltage never "
        "gets ready",
        cr3_ & kSupply);
  }
}

void PwrH7::Change(int scale) {
  if (scale == target_) return;
  previous_ = ActiveScale();
  target_ = scale;
  ready_ns_ = clock_->NowNs() + kSettleNs;
}

void PwrH7::SetOverDrive(bool on) {
  if (on == over_drive()) return;
  if (!on) return Change(1);
  if (target_ != 1 || !Settled()) {
    spdlog::warn("SYSCFG_PWRCR: ODEN set before voltage scale 1 is ready: ignored");
    return;
  }
  Change(0);
}

uint32_t PwrH7::Read(uint32_t offset) {
  const bool supplied = !supply_open_ && (cr3_ & kSupply) == kLdoEn;
  const uint64_t now = clock_->NowNs();
  switch (offset) {
    case kCr1:
      return cr1_;
    case kCsr1:
      return VosField(ActiveScale()) | (supplied && now >= supply_ready_ns_ ? kReady : 0);
    case kCr2:
      return cr2_;
    case kCr3:
      return cr3_;
    case kCpuCr:
      return cpucr_;
    case kD3Cr:
      return VosField(target_) | (supplied && Settled() ? kReady : 0);
    default:
      return 0;
  }
}

void PwrH7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  switch (offset) {
    case kCr1:
      cr1_ = Merge(cr1_, value, mask);
      return;
    case kCr2:
      cr2_ = Merge(cr2_, value, mask);
      return;
    case kCr3:
      if ((mask & 0xFF) != 0) ConfirmSupply(value);
      cr3_ = Merge(cr3_, value, mask & ~0xFFu);
      return;
    case kCpuCr:
      cpucr_ = Merge(cpucr_, value, mask);
      return;
    case kD3Cr: {
      const uint32_t field = value >> 14 & 3;
      if ((mask & 0xC000) == 0 || field == 0) return;
      const int scale = 4 - static_cast<int>(field);
      if (scale == (over_drive() ? 1 : target_)) return;
      if (supply_open_) {
        spdlog::warn(
            "PWR_D3CR: the voltage was scaled before PWR_CR3 confirmed the supply: ignored");
        return;
      }
      Change(scale);
      return;
    }
    default:
      return;
  }
}

uint32_t SyscfgH7::Read(uint32_t offset) {
  return offset == kPwrCr ? (power_->over_drive() ? kOdEn : 0) : PlainRegisters::Read(offset);
}

void SyscfgH7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset == kPwrCr) {
    if ((mask & kOdEn) != 0) power_->SetOverDrive((value & kOdEn) != 0);
    return;
  }
  PlainRegisters::Write(offset, value, mask);
}

}  // namespace edgerack::vboard
