#include "agent/vboard/chip/flash_controller.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kAcr = 0x00, kKeyr = 0x04, kOptKeyr = 0x08, kSr = 0x0C, kCr = 0x10,
                   kOptCr = 0x14, kOptCr1 = 0x18;
constexpr uint32_t kKey1 = 0x45670123, kKey2 = 0xCDEF89AB;
constexpr uint32_t kOptionKey1 = 0x08192A3B, kOptionKey2 = 0x4C5D6E7F;
constexpr uint32_t kEop = 1u << 0, kWrpErr = 1u << 4, kPgaErr = 1u << 5, kPgpErr = 1u << 6,
                   kErsErr = 1u << 7, kBsy = 1u << 16;
constexpr uint32_t kErrors = 0xF2;
constexpr uint32_t kPg = 1u << 0, kSer = 1u << 1, kMer = 1u << 2, kStrt = 1u << 16,
                   kEopIe = 1u << 24, kErrIe = 1u << 25, kLock = 1u << 31;
constexpr uint32_t kOptLock = 1, kOptStrt = 2;

}  // namespace

FlashController::FlashController(const ChipFacts& facts, VirtualClock* clock, Bus* bus,
                                 Callbacks callbacks)
    : facts_(facts), clock_(clock), bus_(bus), callbacks_(std::move(callbacks)) {
  Reset();
}

void FlashController::Reset() {
  acr_ = sr_ = 0;
  cr_ = kLock;
  optcr_ = 0xC0FFAAFD;
  optcr1_ = 0x00400080;
  key_step_ = option_key_step_ = 0;
  key_failed_ = option_key_failed_ = false;
  busy_until_ns_ = 0;
}

void FlashController::UpdateIrq() {
  const bool high =
      ((sr_ & kEop) != 0 && (cr_ & kEopIe) != 0) || ((sr_ & kErrors) != 0 && (cr_ & kErrIe) != 0);
  if (callbacks_.irq_line) callbacks_.irq_line(high);
}

void FlashController::Fail(uint32_t error) {
  sr_ |= error;
  UpdateIrq();
}

void FlashController::Occupy(uint64_t ns, bool stalls) {
  busy_until_ns_ = clock_->NowNs() + ns;
  // A core that fetches from a busy flash stands still until the flash is done.
  if (stalls) clock_->AdvanceTo(clock_->NsToCycles(busy_until_ns_));
  if ((cr_ & kEopIe) != 0) sr_ |= kEop;
  UpdateIrq();
}

void FlashController::StartErase() {
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

bool FlashController::Store(uint32_t address, unsigned size_bytes, uint32_t value, bool stalls) {
  const uint32_t offset = address - bus_->flash_address();
  if (offset >= bus_->flash_size_bytes()) return false;
  if ((cr_ & kLock) != 0 || (cr_ & kPg) == 0) {
    Fail((cr_ & kLock) != 0 ? kWrpErr : kErsErr);
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
  Occupy(facts_.flash_timing.program_ns, stalls);
  const uint32_t mask = size_bytes >= 4 ? 0xFFFFFFFFu : (1u << (8 * size_bytes)) - 1;
  if (result != (value & mask)) Fail(kErsErr);
  return true;
}

uint32_t FlashController::Read(uint32_t offset) {
  switch (offset) {
    case kAcr:
      return acr_;
    case kSr:
      return sr_ | (Busy() ? kBsy : 0);
    case kCr:
      return cr_ | (Busy() && (cr_ & (kSer | kMer)) != 0 ? kStrt : 0);
    case kOptCr:
      return optcr_;
    case kOptCr1:
      return optcr1_;
    default:
      return 0;
  }
}

void FlashController::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t set = value & mask;
  switch (offset) {
    case kAcr:
      acr_ = Merge(acr_, value, mask) & 0xB0F;
      if (callbacks_.latency_changed) callbacks_.latency_changed();
      return;
    case kKeyr:
      if (key_failed_ || (cr_ & kLock) == 0) return;
      if (key_step_ == 0 && set == kKey1) {
        key_step_ = 1;
      } else if (key_step_ == 1 && set == kKey2) {
        key_step_ = 0;
        cr_ &= ~kLock;
      } else {
        key_failed_ = true;
        spdlog::warn("FLASH_KEYR: wrong key 0x{:08x}: the flash stays locked until reset", set);
      }
      return;
    case kOptKeyr:
      if (option_key_failed_ || (optcr_ & kOptLock) == 0) return;
      if (option_key_step_ == 0 && set == kOptionKey1) {
        option_key_step_ = 1;
      } else if (option_key_step_ == 1 && set == kOptionKey2) {
        option_key_step_ = 0;
        optcr_ &= ~kOptLock;
      } else {
        option_key_failed_ = true;
      }
      return;
    case kSr:
      sr_ &= ~(set & (kErrors | kEop));
      UpdateIrq();
      return;
    case kCr:
      if ((cr_ & kLock) != 0) return;
      if (Busy()) clock_->AdvanceTo(clock_->NsToCycles(busy_until_ns_));
      if ((set & kLock) != 0) {
        cr_ |= kLock;
        return;
      }
      cr_ = Merge(cr_, value, mask) & 0x0300037F;
      if ((set & kStrt) != 0) StartErase();
      UpdateIrq();
      return;
    case kOptCr:
      if ((optcr_ & kOptLock) != 0) return;
      // Option bytes are kept but have no effect, and are not programmed for good.
      optcr_ = Merge(optcr_, value, mask) & ~kOptStrt;
      return;
    case kOptCr1:
      if ((optcr_ & kOptLock) == 0) optcr1_ = Merge(optcr1_, value, mask);
      return;
    default:
      return;
  }
}

}  // namespace edgerack::vboard
