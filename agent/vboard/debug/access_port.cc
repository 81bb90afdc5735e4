#include "agent/vboard/debug/access_port.h"

namespace edgerack::vboard {
namespace {

constexpr unsigned kDpidr = 0x0, kControlStatus = 0x4, kSelect = 0x8, kReadBuffer = 0xC;
constexpr unsigned kCsw = 0x00, kTar = 0x04, kDrw = 0x0C, kBankedFirst = 0x10, kBankedLast = 0x1C,
                   kCfg = 0xF4, kBase = 0xF8, kIdr = 0xFC;
constexpr uint32_t kDebugPowerRequest = 1u << 28, kSystemPowerRequest = 1u << 30,
                   kStickyErr = 1u << 5;
constexpr uint32_t kTarWrap = 0x3FF;  // automatic increment stays within 1 KiB

}  // namespace

uint32_t DebugPort::ReadDp(unsigned reg) {
  switch (reg & 0xF) {
    case kDpidr:
      return target_->dpidr();
    case kControlStatus: {
      if ((reg & 0xF0) != 0) return 0;  // DLCR and the other banks
      uint32_t value = control_;
      // Power is there as soon as it is asked for.
      if ((control_ & kDebugPowerRequest) != 0) value |= kDebugPowerRequest << 1;
      if ((control_ & kSystemPowerRequest) != 0) value |= kSystemPowerRequest << 1;
      if (sticky_error_) value |= kStickyErr;
      return value;
    }
    case kReadBuffer:
      return read_buffer_;
    default:
      return 0;
  }
}

void DebugPort::WriteDp(unsigned reg, uint32_t value) {
  switch (reg & 0xF) {
    case kDpidr:  // ABORT when written
      if ((value & (1u << 2)) != 0) sticky_error_ = false;
      break;
    case kControlStatus:
      if ((reg & 0xF0) != 0) break;
      control_ = value & (kDebugPowerRequest | kSystemPowerRequest | 1);
      if ((value & kStickyErr) != 0) sticky_error_ = false;  // JTAG clears it so
      break;
    case kSelect:
      select_ = value;
      break;
    default:
      break;
  }
}

uint32_t DebugPort::Transfer(unsigned ap, uint32_t address, bool write, uint32_t value,
                             bool increment) {
  Port& port = ports_[ap];
  const unsigned size = 1u << (port.csw & 3);
  uint32_t result = 0;
  if (size > 4 || address % size != 0) {
    sticky_error_ = true;
  } else if (write) {
    const uint32_t lane = value >> (8 * (address & 3));
    if (!target_->Write(ap, address, size, lane)) sticky_error_ = true;
  } else {
    if (!target_->Read(ap, address, size, &result)) sticky_error_ = true;
    result <<= 8 * (address & 3);
    read_buffer_ = result;
  }
  if (increment && (port.csw & 0x30) != 0) {
    port.tar = (port.tar & ~kTarWrap) | ((port.tar + size) & kTarWrap);
  }
  return result;
}

uint32_t DebugPort::ReadAp(unsigned ap, unsigned reg) {
  if (target_->ap_idr(ap) == 0) return 0;
  Port& port = ports_[ap];
  if (reg >= kBankedFirst && reg <= kBankedLast) {
    return Transfer(ap, (port.tar & ~0xFu) | (reg & 0xC), false, 0, false);
  }
  switch (reg) {
    case kCsw:
      return read_buffer_ = port.csw;
    case kTar:
      return read_buffer_ = port.tar;
    case kDrw:
      return Transfer(ap, port.tar, false, 0, true);
    case kCfg:
      return read_buffer_ = 0;
    case kBase:
      return read_buffer_ = target_->ap_base(ap);
    case kIdr:
      return read_buffer_ = target_->ap_idr(ap);
    default:
      return read_buffer_ = 0;
  }
}

void DebugPort::WriteAp(unsigned ap, unsigned reg, uint32_t value) {
  if (target_->ap_idr(ap) == 0) {
    sticky_error_ = true;
    return;
  }
  Port& port = ports_[ap];
  if (reg >= kBankedFirst && reg <= kBankedLast) {
    Transfer(ap, (port.tar & ~0xFu) | (reg & 0xC), true, value, false);
    return;
  }
  switch (reg) {
    case kCsw:
      // Packed increments are not there: the field reads back as single. Enabled and no transfer
      // under way.
      port.csw = (value & 0x7F000037) | 0x40;
      if ((port.csw & 0x30) == 0x20) port.csw = (port.csw & ~0x30u) | 0x10;
      break;
    case kTar:
      port.tar = value;
      break;
    case kDrw:
      Transfer(ap, port.tar, true, value, true);
      break;
    default:
      break;
  }
}

}  // namespace edgerack::vboard
