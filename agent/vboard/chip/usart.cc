#include "agent/vboard/chip/usart.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr1 = 0x00, kCr2 = 0x04, kCr3 = 0x08, kBrr = 0x0C, kGtpr = 0x10, kRtor = 0x14,
                   kRqr = 0x18, kIsr = 0x1C, kIcr = 0x20, kRdr = 0x24, kTdr = 0x28, kPresc = 0x2C;
constexpr uint32_t kUe = 1u << 0, kRe = 1u << 2, kTe = 1u << 3, kIdleIe = 1u << 4,
                   kRxneIe = 1u << 5, kTcIe = 1u << 6, kTxeIe = 1u << 7, kPce = 1u << 10,
                   kM0 = 1u << 12, kOver8 = 1u << 15, kM1 = 1u << 28, kFifoEn = 1u << 29;
constexpr uint32_t kEie = 1u << 0, kOvrDis = 1u << 12;
constexpr uint32_t kOre = 1u << 3, kIdle = 1u << 4, kRxne = 1u << 5, kTc = 1u << 6, kTxe = 1u << 7,
                   kBusy = 1u << 16, kTeAck = 1u << 21, kReAck = 1u << 22;
constexpr uint32_t kClearable = 0x00021B5F & ~kRxne;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

Usart::Usart(VirtualClock* clock, Surroundings surroundings)
    : clock_(clock), around_(std::move(surroundings)) {
  using Pace = VirtualClock::Pace;
  receive_event_ = clock_->AddEvent(Pace::kFree, [this] { FinishReceive(); });
  transmit_event_ = clock_->AddEvent(Pace::kFree, [this] { FinishTransmit(); });
  idle_event_ = clock_->AddEvent(Pace::kFree, [this] {
    isr_ |= kIdle;
    UpdateIrq();
  });
  Reset();
}

void Usart::Reset() {
  cr1_ = cr2_ = cr3_ = brr_ = gtpr_ = rtor_ = presc_ = 0;
  isr_ = kTc | kTxe;
  rdr_ = 0;
  receiving_ = shifting_ = tdr_full_ = false;
  clock_->Cancel(receive_event_);
  clock_->Cancel(transmit_event_);
  clock_->Cancel(idle_event_);
  UpdateIrq();
}

uint64_t Usart::CharacterNs() const {
  constexpr uint32_t kPrescale[16] = {1,  2,  4,   6,   8,   10,  12,  16,
                                      32, 64, 128, 256, 256, 256, 256, 256};
  const uint64_t hz = around_.kernel_hz() / kPrescale[presc_];
  uint64_t divider = brr_;
  if ((cr1_ & kOver8) != 0) divider = (brr_ & 0xFFF0) | ((brr_ & 7) << 1);
  // In both modes BRR below 16 does not work.
  if (hz == 0 || divider < 16) return 0;
  const bool seven = (cr1_ & kM1) != 0, nine = (cr1_ & kM0) != 0;
  const uint32_t data_bits = seven ? 7 : (nine ? 9 : 8);
  // STOP: 1, 0.5, 2, 1.5 bits.
  constexpr uint32_t kHalfStops[4] = {2, 1, 4, 3};
  const uint64_t half_bits = 2 * (1 + data_bits) + kHalfStops[cr2_ >> 12 & 3];
  const uint64_t cycles_times_2 = half_bits * divider;
  const uint64_t ns = cycles_times_2 * kNsPerSecond / (2 * hz);
  return (cr1_ & kOver8) != 0 ? ns / 2 : ns;
}

bool Usart::Receiving() const { return (cr1_ & (kUe | kRe)) == (kUe | kRe); }

bool Usart::Transmitting() const { return (cr1_ & (kUe | kTe)) == (kUe | kTe); }

uint8_t Usart::DataMask() const {
  const bool seven = (cr1_ & kM1) != 0, nine = (cr1_ & kM0) != 0, parity = (cr1_ & kPce) != 0;
  const int bits = (seven ? 7 : (nine ? 9 : 8)) - (parity ? 1 : 0);
  return bits >= 8 ? 0xFF : static_cast<uint8_t>((1 << bits) - 1);
}

void Usart::UpdateIrq() {
  bool high = false;
  if ((cr1_ & kRxneIe) != 0 && (isr_ & (kRxne | kOre)) != 0) high = true;
  if ((cr1_ & kTxeIe) != 0 && (isr_ & kTxe) != 0) high = true;
  if ((cr1_ & kTcIe) != 0 && (isr_ & kTc) != 0) high = true;
  if ((cr1_ & kIdleIe) != 0 && (isr_ & kIdle) != 0) high = true;
  if ((cr3_ & kEie) != 0 && (isr_ & kOre) != 0) high = true;
  around_.irq_line(high);
}

void Usart::StartReceive() {
  if (receiving_ || peer_ == nullptr || !Receiving() || !around_.rx_connected()) return;
  const uint64_t ns = CharacterNs();
  if (ns == 0 || !peer_->NextByte(&incoming_)) return;
  receiving_ = true;
  clock_->Cancel(idle_event_);
  clock_->ScheduleAtNs(receive_event_, clock_->NowNs() + ns);
}

void Usart::FinishReceive() {
  receiving_ = false;
  if (!Receiving()) return;
  if ((isr_ & kRxne) != 0 && (cr3_ & kOvrDis) == 0) {
    isr_ |= kOre;  // the new character is lost
  } else {
    rdr_ = incoming_ & DataMask();
    isr_ |= kRxne;
  }
  UpdateIrq();
  StartReceive();
  if (!receiving_) clock_->ScheduleAtNs(idle_event_, clock_->NowNs() + CharacterNs());
}

void Usart::LoadTransmit(uint8_t byte) {
  waiting_ = byte;
  tdr_full_ = true;
  isr_ &= ~(kTxe | kTc);
  StartTransmit();
  UpdateIrq();
}

void Usart::StartTransmit() {
  if (shifting_ || !tdr_full_ || !Transmitting()) return;
  const uint64_t ns = CharacterNs();
  if (ns == 0) return;
  shift_ = waiting_;
  tdr_full_ = false;
  isr_ |= kTxe;
  shifting_ = true;
  clock_->ScheduleAtNs(transmit_event_, clock_->NowNs() + ns);
}

void Usart::FinishTransmit() {
  shifting_ = false;
  if (peer_ != nullptr && around_.tx_connected()) peer_->OnByte(shift_ & DataMask());
  StartTransmit();
  if (!shifting_) isr_ |= kTc;
  UpdateIrq();
}

void Usart::SkipPolling(uint32_t answer) {
  constexpr uint32_t kPatience = 8;
  equal_answers_ = answer == last_answer_ ? equal_answers_ + 1 : 0;
  last_answer_ = answer;
  if (equal_answers_ < kPatience || !(shifting_ || receiving_)) return;
  equal_answers_ = 0;
  clock_->AdvanceTo(clock_->next_due_cycle());
}

uint32_t Usart::Read(uint32_t offset) {
  if (offset != kIsr) equal_answers_ = 0;
  switch (offset) {
    case kCr1:
      return cr1_;
    case kCr2:
      return cr2_;
    case kCr3:
      return cr3_;
    case kBrr:
      return brr_;
    case kGtpr:
      return gtpr_;
    case kRtor:
      return rtor_;
    case kIsr: {
      uint32_t value = isr_;
      if (receiving_) value |= kBusy;
      if (Transmitting()) value |= kTeAck;
      if (Receiving()) value |= kReAck;
      SkipPolling(value);
      return value;
    }
    case kRdr:
      isr_ &= ~kRxne;
      UpdateIrq();
      return rdr_;
    case kTdr:
      return waiting_;
    case kPresc:
      return presc_;
    default:
      return 0;
  }
}

void Usart::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t set = value & mask;
  equal_answers_ = 0;
  switch (offset) {
    case kCr1: {
      const uint32_t old_value = cr1_;
      cr1_ = Merge(cr1_, value, mask);
      if ((cr1_ & kFifoEn) != 0) {
        spdlog::warn("USART CR1: FIFOEN is set, but this emulation has no FIFO");
        cr1_ &= ~kFifoEn;
      }
      if ((old_value & kUe) != 0 && (cr1_ & kUe) == 0) {
        // Switched off: what was under way is gone, the flags are as after reset.
        isr_ = kTc | kTxe;
        receiving_ = shifting_ = tdr_full_ = false;
        clock_->Cancel(receive_event_);
        clock_->Cancel(transmit_event_);
        clock_->Cancel(idle_event_);
      }
      break;
    }
    case kCr2:
      cr2_ = Merge(cr2_, value, mask);
      break;
    case kCr3:
      cr3_ = Merge(cr3_, value, mask);
      break;
    case kBrr:
      if ((cr1_ & kUe) != 0) {
        spdlog::warn("USART BRR written while the USART is on: ignored");
        return;
      }
      brr_ = Merge(brr_, value, mask) & 0xFFFF;
      break;
    case kGtpr:
      gtpr_ = Merge(gtpr_, value, mask);
      break;
    case kRtor:
      rtor_ = Merge(rtor_, value, mask);
      break;
    case kPresc:
      if (around_.has_prescaler && (cr1_ & kUe) == 0) presc_ = Merge(presc_, value, mask) & 0xF;
      break;
    case kRqr:
      if ((set & 8) != 0) isr_ &= ~kRxne;
      break;
    case kIcr:
      isr_ &= ~(set & kClearable);
      break;
    case kTdr:
      if ((mask & 0xFF) != 0 && (cr1_ & kUe) != 0) LoadTransmit(static_cast<uint8_t>(set));
      break;
    default:
      return;
  }
  UpdateIrq();
  StartTransmit();
  StartReceive();
}

}  // namespace edgerack::vboard
