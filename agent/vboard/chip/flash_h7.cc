#include "agent/vboard/chip/flash_h7.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace edgerack::vboard {
namespace {

// Offsets within a bank's registers; the banks' are 0x100 apart.
constexpr uint32_t kBankStep = 0x100;
constexpr uint32_t kAcr = 0x00, kKeyr = 0x04, kOptKeyr = 0x08, kCr = 0x0C, kSr = 0x10, kCcr = 0x14,
                   kOptCr = 0x18, kOptSrCur = 0x1C, kOptSrPrg = 0x20, kPrarCur = 0x28,
                   kPrarPrg = 0x2C, kScarCur = 0x30, kScarPrg = 0x34, kWpsnCur = 0x38,
                   kWpsnPrg = 0x3C, kBootCur = 0x40, kBootPrg = 0x44;
constexpr uint32_t kLock = 1u << 0, kPg = 1u << 1, kSer = 1u << 2, kBer = 1u << 3, kFw = 1u << 6,
                   kStart = 1u << 7;
constexpr uint32_t kBsy = 1u << 0, kWbne = 1u << 1, kQw = 1u << 2, kEop = 1u << 16,
                   kPgsErr = 1u << 18, kIncErr = 1u << 21, kDbEccErr = 1u << 26;
constexpr uint32_t kClearable = 0x1FEF0000;
// As delivered: two banks, not swapped, no protection.
constexpr uint32_t kOptions = 0x1FE6AAF0, kNoProtectedArea = 0xFF, kNothingProtected = 0xFF,
                   kBootAddresses = 0x1FF00800;

}  // namespace

FlashH7::FlashH7(const ChipFacts& facts, VirtualClock* clock, Bus* bus, FlashCallbacks callbacks)
    : facts_(facts), clock_(clock), bus_(bus), callbacks_(std::move(callbacks)) {
  Reset();
}

void FlashH7::Reset() {
  acr_ = 0x37;
  banks_ = {};
  option_lock_.Reset();
}

void FlashH7::UpdateIrq() {
  bool high = false;
  // The enable bits of CR stand where the flags stand in SR.
  for (const Bank& bank : banks_) high |= (bank.sr & bank.cr & kClearable) != 0;
  if (callbacks_.irq_line) callbacks_.irq_line(high);
}

void FlashH7::Fail(Bank* bank, uint32_t error) {
  bank->sr |= error;
  UpdateIrq();
}

void FlashH7::WaitFor(const Bank& bank) {
  if (Busy(bank)) clock_->AdvanceTo(clock_->NsToCycles(bank.busy_until_ns));
}

void FlashH7::Occupy(Bank* bank, uint64_t ns) {
  bank->busy_until_ns = clock_->NowNs() + ns;
  if ((bank->cr & kEop) != 0) bank->sr |= kEop;
  UpdateIrq();
}

void FlashH7::Program(Bank* bank) {
  uint8_t* const to = bus_->flash_bytes() + bank->word;
  const bool erased = std::all_of(to, to + kWordBytes, [](uint8_t byte) { return byte == 0xFF; });
  for (uint32_t i = 0; i < kWordBytes; ++i) {
    to[i] &= (bank->given >> i & 1) != 0 ? bank->bytes[i] : 0xFF;
  }
  bank->given = 0;
  callbacks_.contents_changed(bank->word, kWordBytes);
  Occupy(bank, facts_.flash_timing.program_ns);
  if (!erased) {
    spdlog::warn(
        "the flash word at 0x{:08x} was programmed twice without erasing: its error code is wrong",
        bus_->flash_address() + bank->word);
    Fail(bank, kDbEccErr);
  }
}

bool FlashH7::Store(uint32_t address, unsigned size_bytes, uint32_t value,
                    std::optional<uint32_t> running_at) {
  const uint32_t offset = address - bus_->flash_address();
  if (offset >= bus_->flash_size_bytes()) return false;
  Bank& bank = banks_[offset / BankBytes()];
  if (bank.lock.locked() || (bank.cr & kPg) == 0) {
    Fail(&bank, kPgsErr);
    return true;
  }
  WaitFor(bank);  // the bus does
  const uint32_t word = offset & ~(kWordBytes - 1);
  if (bank.given != 0 && bank.word != word) {
    spdlog::warn("the flash word at 0x{:08x} was left incomplete for another: it is dropped",
                 bus_->flash_address() + bank.word);
    bank.given = 0;
    Fail(&bank, kIncErr);
    return true;
  }
  bank.word = word;
  for (unsigned i = 0; i < size_bytes; ++i) {
    const uint32_t at = (offset + i) % kWordBytes;
    bank.bytes[at] = static_cast<uint8_t>(value >> (8 * i));
    bank.given |= 1u << at;
  }
  if (bank.given == 0xFFFFFFFF) {
    Program(&bank);
    // A core that fetches from a busy bank stands still; the other bank can be read meanwhile.
    if (running_at && *running_at / BankBytes() == offset / BankBytes()) WaitFor(bank);
  }
  return true;
}

void FlashH7::StartErase(uint32_t number) {
  Bank& bank = banks_[number];
  if ((bank.cr & (kSer | kBer)) == 0 || (bank.cr & kPg) != 0) return Fail(&bank, kPgsErr);
  uint32_t begin = number * BankBytes(), size = BankBytes();
  if ((bank.cr & kBer) == 0) {
    const uint32_t per_bank = static_cast<uint32_t>(facts_.flash_sectors_bytes.size()) / kBanks;
    const uint32_t sector = number * per_bank + (bank.cr >> 8 & 7);
    begin = 0;
    for (uint32_t i = 0; i < sector; ++i) begin += facts_.flash_sectors_bytes[i];
    size = facts_.flash_sectors_bytes[sector];
  }
  std::memset(bus_->flash_bytes() + begin, 0xFF, size);
  callbacks_.contents_changed(begin, size);
  Occupy(&bank, facts_.flash_timing.erase_ns_per_32k * (size / 0x8000));
}

void FlashH7::WriteControl(uint32_t number, uint32_t value, uint32_t mask) {
  Bank& bank = banks_[number];
  if (bank.lock.locked()) return;
  WaitFor(bank);
  const uint32_t set = value & mask;
  if ((set & kLock) != 0) {
    bank.lock.Lock();
    bank.cr = 0;
    return;
  }
  bank.cr = Merge(bank.cr, value, mask) & ~(kStart | kFw);
  if ((set & kFw) != 0 && bank.given != 0) Program(&bank);
  if ((set & kStart) != 0) StartErase(number);
  UpdateIrq();
}

uint32_t FlashH7::Read(uint32_t offset) {
  const uint32_t number = offset / kBankStep;
  if (number >= kBanks) return 0;
  Bank& bank = banks_[number];
  switch (offset % kBankStep) {
    case kAcr:
      return acr_;
    case kCr:
      return bank.cr | (bank.lock.locked() ? kLock : 0);
    case kSr: {
      const uint32_t value =
          bank.sr | (Busy(bank) ? kBsy | kQw : 0) | (bank.given != 0 ? kWbne : 0);
      if (Busy(bank)) bank.polls.OnBusy(clock_, bank.busy_until_ns);
      return value;
    }
    case kOptCr:
      return option_lock_.locked() ? kLock : 0;
    case kOptSrCur:
    case kOptSrPrg:
      return kOptions;
    case kPrarCur:
    case kPrarPrg:
    case kScarCur:
    case kScarPrg:
      return kNoProtectedArea;
    case kWpsnCur:
    case kWpsnPrg:
      return kNothingProtected;
    case kBootCur:
    case kBootPrg:
      return kBootAddresses;
    default:
      return 0;
  }
}

void FlashH7::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t number = offset / kBankStep;
  if (number >= kBanks) return;
  Bank& bank = banks_[number];
  switch (offset % kBankStep) {
    case kAcr:
      acr_ = Merge(acr_, value, mask) & 0x3F;
      if (callbacks_.latency_changed) callbacks_.latency_changed();
      return;
    case kKeyr:
      return bank.lock.Offer(value & mask);
    case kOptKeyr:
      return option_lock_.Offer(value & mask);
    case kCr:
      return WriteControl(number, value, mask);
    case kCcr:
      bank.sr &= ~(value & mask & kClearable);
      return UpdateIrq();
    case kOptCr:
      if ((value & mask & kLock) != 0) option_lock_.Lock();
      return;  // option bytes are as delivered: what is written to them has no effect
    default:
      return;
  }
}

}  // namespace edgerack::vboard
