#include "agent/vboard/chip/pwr_f7.h"

#include <spdlog/spdlog.h>

#include <limits>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr1 = 0x00, kCsr1 = 0x04, kCr2 = 0x08, kCsr2 = 0x0C;
constexpr uint32_t kOdEn = 1u << 16, kOdSwEn = 1u << 17, kVos = 3u << 14;
constexpr uint32_t kVosRdy = 1u << 14, kOdRdy = 1u << 16, kOdSwRdy = 1u << 17;
constexpr uint64_t kSettleNs = 45'000;

}  // namespace

void PwrF7::Reset() {
  cr1_ = 0x0000C000;
  cr2_ = csr2_ = 0;
  od_ready_ns_ = odsw_ready_ns_ = 0;
  vos_ready_ns_ = 0;
}

bool PwrF7::OverDriveActive() const {
  return (cr1_ & kOdSwEn) != 0 && clock_->NowNs() >= odsw_ready_ns_;
}

OperatingLimits PwrF7::Limits() const {
  // RM0385 table 16. Above its limit, with all it has for voltage, a chip may work or not: this one
  // works, and the clock tree warns.
  constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();
  const bool over_drive = OverDriveActive();
  uint64_t max_hz = 144'000'000;
  const uint32_t vos = cr1_ >> 14 & 3;
  if (vos == 2) max_hz = over_drive ? 180'000'000 : 168'000'000;
  if (vos == 3) max_hz = over_drive ? kUnlimited : 180'000'000;
  return {max_hz, max_hz,
          "voltage scale " + std::to_string(vos == 0 ? 3 : 4 - vos) +
              (over_drive ? " with over-drive" : " without over-drive")};
}

uint32_t PwrF7::WaitStates(uint64_t hclk_hz) const {
  if (hclk_hz == 0) return 0;
  return static_cast<uint32_t>((hclk_hz - 1) / facts_.hz_per_wait_state);
}

uint32_t PwrF7::Read(uint32_t offset) {
  switch (offset) {
    case kCr1:
      return cr1_;
    case kCsr1: {
      uint32_t value = 0;
      const uint64_t now = clock_->NowNs();
      if (now >= vos_ready_ns_) value |= kVosRdy;
      if ((cr1_ & kOdEn) != 0 && now >= od_ready_ns_) value |= kOdRdy;
      if (OverDriveActive()) value |= kOdSwRdy;
      return value;
    }
    case kCr2:
      return cr2_;
    case kCsr2:
      return csr2_;
    default:
      return 0;
  }
}

void PwrF7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset == kCr2) {
    cr2_ = Merge(cr2_, value, mask);
    return;
  }
  if (offset != kCr1) return;
  uint32_t wanted = Merge(cr1_, value, mask);
  const uint64_t now = clock_->NowNs();
  const uint32_t changed = wanted ^ cr1_;
  if (rcc_->RunsFromPll()) {
    // Over-drive and the scale can be changed only while the system runs from HSI or HSE.
    if ((changed & (kOdEn | kOdSwEn | kVos)) != 0) {
      spdlog::warn(
          "PWR_CR1: over-drive or voltage scale changed while running from the PLL: ignored");
      wanted = (wanted & ~(kOdEn | kOdSwEn | kVos)) | (cr1_ & (kOdEn | kOdSwEn | kVos));
    }
  }
  if ((wanted & kOdEn) != 0 && (cr1_ & kOdEn) == 0) od_ready_ns_ = now + kSettleNs;
  if ((wanted & kOdSwEn) != 0 && (cr1_ & kOdSwEn) == 0) {
    if ((cr1_ & kOdEn) == 0 || now < od_ready_ns_) {
      spdlog::warn("PWR_CR1: ODSWEN set before ODRDY: ignored");
      wanted &= ~kOdSwEn;
    } else {
      odsw_ready_ns_ = now + kSettleNs;
    }
  }
  if ((changed & kVos) != 0) vos_ready_ns_ = now + kSettleNs;
  cr1_ = wanted;
}

}  // namespace edgerack::vboard
