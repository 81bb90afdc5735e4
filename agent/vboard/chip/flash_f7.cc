#include "agent/vboard/chip/flash_f7.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kAcr = 0x00, kKeyr = 0x04, kOptKeyr = 0x08, kSr = 0x0C, kCr = 0x10,
                   kOptCr = 0x14, kOptCr1 = 0x18;
constexpr uint32_t kEop = 1u << 0, kWrpErr = 1u << 4, kPgaErr = 1u << 5, kPgpErr = 1u << 6,
                   kErsErr = 1u << 7, kBsy = 1u << 16;
constexpr uint32_t kErrors = 0xF2;
constexpr uint32_t kPg = 1u << 0, kSer = 1u << 1, kMer = 1u << 2, kStrt = 1u << 16,
                   kEopIe = 1u << 24, kErrIe = 1u << 25, kLock = 1u << 31;
constexpr uint32_t kOptLock = 1, kOptStrt = 2;

}  // namespace

FlashF7::FlashF7(const ChipFacts& facts, VirtualClock* clock, Bus* bus, FlashCallbacks callbacks)
    : facts_(facts), clock_(clock), bus_(bus), callbacks_(std::move(callbacks)) {
  Reset();
}

void FlashF7::Reset() {
  acr_ = sr_ = 0;
  cr_ = 0;
  optcr_ = 0xC0FFAAFC;
  optcr1_ = 0x00400080;
  lock_.Reset();
  option_lock_.Reset();
  busy_until_ns_ = 0;
}

void FlashF7::UpdateIrq() {
  const bool high =
      ((sr_ & kEop) != 0 && (cr_ & kEopIe) != 0) || ((sr_ & kErrors) != 0 && (cr_ & kErrIe) != 0);
  if (callbacks_.irq_line) callbacks_.irq_line(high);
}

void FlashF7::Fail(uint32_t error) {
  sr_ |= error;
  UpdateIrq();
}

void FlashF7::Occupy(uint64_t ns, bool stalls) {
  busy_until_ns_ = clock_->NowNs() + ns;
  // A core that fetches from a busy flash stands still until the flash is done.
  if (stalls) clock_->AdvanceTo(clock_->NsToCycles(busy_until_ns_));
  if ((cr_ & kEopIe) != 0) sr_ |= kEop;
  UpdateIrq();
}

void FlashF7::StartErase() {
  if ((sr_ & kErrors) != 0) return Fail(kErsErr);
  uint32_t begin = 0, size = bus_->flash_size_bytes();
  if ((cr_ & kMer) == 0) {
    if ((cr_ & kSer) == 0 || (cr_ & kPg) != 0) return Fail(kErsErr);
    const uint32_t sector = cr_ >> 3 & 0xF;
    if (sector >= facts_.flash_sectors_bytes.size()) return Fail(kErsErr);
    for (uint32_t i = 0; i < sector; ++i) begin += facts_.flash_sectors_bytes[i];
    size = facts_.flash_sectors_bytes[sector];
  }
  std::memset(bus_->flash_bytes() + begin, 0xFF, size);
  callbacks_.contents_changed(begin, size);
  Occupy(facts_.flash_timing.erase_ns_per_32k * (size / 0x8000), false);
}

bool FlashF7::Store(uint32_t address, unsigned size_bytes, uint32_t value,
                    std::optional<uint32_t> running_at) {
  const uint32_t offset = address - bus_->flash_address();
  if (offset >= bus_->flash_size_bytes()) return false;
  if (lock_.locked() || (cr_ & kPg) == 0) {
    Fail(lock_.locked() ? kWrpErr : kErsErr);
    return true;
  }
  if ((sr_ & kErrors) != 0) {
    Fail(kErsErr);
    return true;
  }
  if (Busy()) clock_->AdvanceTo(clock_->NsToCycles(busy_until_ns_));  // the bus waits
  if ((1u << (cr_ >> 8 & 3)) != size_bytes) {
    Fail(kPgpErr);
    return true;
  }
  if (offset % size_bytes != 0 || offset / 16 != (offset + size_bytes - 1) / 16) {
    Fail(kPgaErr);
    return true;
  }
  uint32_t old_value = 0;
  std::memcpy(&old_value, bus_->flash_bytes() + offset, size_bytes);
  // Programming only clears bits; asking for a one where a zero stands is an error, and the ones
  // are lost.
  const uint32_t result = old_value & value;
  std::memcpy(bus_->flash_bytes() + offset, &result, size_bytes);
  callbacks_.contents_changed(offset, size_bytes);
  Occupy(facts_.flash_timing.program_ns, running_at.has_value());
  const uint32_t mask = size_bytes >= 4 ? 0xFFFFFFFFu : (1u << (8 * size_bytes)) - 1;
  if (result != (value & mask)) Fail(kErsErr);
  return true;
}

uint32_t FlashF7::Read(uint32_t offset) {
  switch (offset) {
    case kAcr:
      return acr_;
    case kSr: {
      const uint32_t value = sr_ | (Busy() ? kBsy : 0);
      if (Busy()) polls_.OnBusy(clock_, busy_until_ns_);
      return value;
    }
    case kCr:
      return cr_ | (Busy() && (cr_ & (kSer | kMer)) != 0 ? kStrt : 0) |
             (lock_.locked() ? kLock : 0);
    case kOptCr:
      return optcr_ | (option_lock_.locked() ? kOptLock : 0);
    case kOptCr1:
      return optcr1_;
    default:
      return 0;
  }
}

void FlashF7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t set = value & mask;
  switch (offset) {
    case kAcr:
      acr_ = Merge(acr_, value, mask) & 0xB0F;
      if (callbacks_.latency_changed) callbacks_.latency_changed();
      return;
    case kKeyr:
      return lock_.Offer(set);
    case kOptKeyr:
      return option_lock_.Offer(set);
    case kSr:
      sr_ &= ~(set & (kErrors | kEop));
      UpdateIrq();
      return;
    case kCr:
      if (lock_.locked()) return;
      if (Busy()) clock_->AdvanceTo(clock_->NsToCycles(busy_until_ns_));
      if ((set & kLock) != 0) {
        lock_.Lock();
        return;
      }
      cr_ = Merge(cr_, value, mask) & 0x0300037F;
      if ((set & kStrt) != 0) StartErase();
      UpdateIrq();
      return;
    case kOptCr:
      if (option_lock_.locked()) return;
      // Option bytes are kept but have no effect, and are not programmed for good.
      if ((set & kOptLock) != 0) option_lock_.Lock();
      optcr_ = Merge(optcr_, value, mask) & ~(kOptStrt | kOptLock);
      return;
    case kOptCr1:
      if (!option_lock_.locked()) optcr1_ = Merge(optcr1_, value, mask);
      return;
    default:
      return;
  }
}

}  // namespace edgerack::vboard
