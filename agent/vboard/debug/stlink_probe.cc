#include "agent/vboard/debug/stlink_probe.h"

#include <algorithm>

namespace edgerack::vboard {
namespace {

constexpr uint8_t kOk = 0x80, kFault = 0x81, kApFault = 0x11, kBadAp = 0x1D;
constexpr uint8_t kModeMass = 1, kModeDebug = 2;
constexpr uint32_t kAircr = 0xE000ED0C, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8;
constexpr uint16_t kDebugPortNumber = 0xFFFF;
constexpr uint16_t kVersion = 2 << 12 | 37 << 6 | 27;
// The two ADC readings that make 3.3 V: 2 * measured * 1.2 / reference.
constexpr uint32_t kReferenceAdc = 1600, kTargetAdc = 2200;

void Put32(std::vector<uint8_t>* bytes, uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

std::vector<uint8_t> StatusAndValue(uint8_t status, uint32_t value) {
  std::vector<uint8_t> reply = {status, 0, 0, 0};
  Put32(&reply, value);
  return reply;
}

bool MovesWords(const StlinkCommand& command) {
  return command.width_bytes == 4 && command.increment && command.address % 4 == 0 &&
         command.length_bytes % 4 == 0;
}

}  // namespace

std::vector<uint8_t> StlinkProbe::Status(bool ok) const { return {ok ? kOk : kFault, 0}; }

bool StlinkProbe::ReadCoreRegister(uint32_t selector, uint32_t* value) {
  return target_->Write(0, kDcrsr, 4, selector & 0x7F) && target_->Read(0, kDcrdr, 4, value);
}

bool StlinkProbe::WriteCoreRegister(uint32_t selector, uint32_t value) {
  return target_->Write(0, kDcrdr, 4, value) &&
         target_->Write(0, kDcrsr, 4, 1u << 16 | (selector & 0x7F));
}

std::vector<uint8_t> StlinkProbe::ReadMemory(const StlinkCommand& command) {
  std::vector<uint8_t> reply;
  reply.reserve(command.length_bytes);
  last_status_ = kOk;
  const uint32_t width = command.width_bytes;
  if (MovesWords(command)) {
    reply.resize(command.length_bytes);
    if (target_->ReadWords(command.access_port, command.address, reply.data(), reply.size())) {
      return reply;
    }
    reply.clear();
  }
  for (uint32_t done = 0; done < command.length_bytes; done += width) {
    const uint32_t address = command.address + (command.increment ? done : 0);
    uint32_t value = 0;
    if (last_status_ == kOk &&
        (address % width != 0 || !target_->Read(command.access_port, address, width, &value))) {
      last_status_ = kApFault;
      last_fault_address_ = address;
      value = 0;
    }
    for (uint32_t i = 0; i < width; ++i) reply.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  return reply;
}

void StlinkProbe::WriteMemory(const StlinkCommand& command, const std::vector<uint8_t>& payload) {
  last_status_ = kOk;
  const uint32_t width = command.width_bytes;
  const size_t length = std::min<size_t>(command.length_bytes, payload.size());
  if (MovesWords(command) &&
      target_->WriteWords(command.access_port, command.address, payload.data(), length)) {
    return;
  }
  for (uint32_t done = 0; done + width <= length; done += width) {
    const uint32_t address = command.address + (command.increment ? done : 0);
    uint32_t value = 0;
    for (uint32_t i = 0; i < width; ++i) value |= uint32_t{payload[done + i]} << (8 * i);
    if (address % width != 0 || !target_->Write(command.access_port, address, width, value)) {
      last_status_ = kApFault;
      last_fault_address_ = address;
      return;
    }
  }
}

void StlinkProbe::OnHostGone() {
  debug_mode_ = false;
  if (reset_low_) {
    reset_low_ = false;
    target_->SetResetPin(false);
  }
}

std::vector<uint8_t> StlinkProbe::Execute(const StlinkCommand& command,
                                          const std::vector<uint8_t>& payload) {
  switch (command.op) {
    case StlinkOp::kGetVersion:
      return {kVersion >> 8, kVersion & 0xFF, kVendor & 0xFF,
              kVendor >> 8,  kProduct & 0xFF, kProduct >> 8};
    case StlinkOp::kGetCurrentMode:
      return {debug_mode_ ? kModeDebug : kModeMass, 0};
    case StlinkOp::kGetTargetVoltage: {
      std::vector<uint8_t> reply;
      Put32(&reply, kReferenceAdc);
      Put32(&reply, kTargetAdc);
      return reply;
    }
    case StlinkOp::kEnterMode:
      debug_mode_ = true;
      return Status(true);
    case StlinkOp::kExitMode:
      debug_mode_ = false;
      return {};
    case StlinkOp::kReadIdCodes: {
      std::vector<uint8_t> reply = StatusAndValue(kOk, target_->dpidr());
      Put32(&reply, 0);
      return reply;
    }
    case StlinkOp::kResetSystem:
      return Status(target_->Write(0, kAircr, 4, 0x05FA0004));
    case StlinkOp::kReadRegister: {
      uint32_t value = 0;
      const bool ok = ReadCoreRegister(command.address, &value);
      return StatusAndValue(ok ? kOk : kFault, value);
    }
    case StlinkOp::kWriteRegister:
      return Status(WriteCoreRegister(command.address, command.value));
    case StlinkOp::kReadAllRegisters: {
      std::vector<uint8_t> reply = {kOk, 0, 0, 0};
      for (uint32_t selector = 0; selector < 21; ++selector) {
        uint32_t value = 0;
        ReadCoreRegister(selector, &value);
        Put32(&reply, value);
      }
      return reply;
    }
    case StlinkOp::kReadDebugRegister: {
      uint32_t value = 0;
      const bool ok = command.address % 4 == 0 && target_->Read(0, command.address, 4, &value);
      return StatusAndValue(ok ? kOk : kApFault, value);
    }
    case StlinkOp::kWriteDebugRegister: {
      const bool ok =
          command.address % 4 == 0 && target_->Write(0, command.address, 4, command.value);
      return {ok ? kOk : kApFault, 0};
    }
    case StlinkOp::kReadMemory:
      return ReadMemory(command);
    case StlinkOp::kWriteMemory:
      WriteMemory(command, payload);
      return {};
    case StlinkOp::kLastStatus:
      return {last_status_, 0};
    case StlinkOp::kLastStatusLong: {
      std::vector<uint8_t> reply = StatusAndValue(last_status_, last_fault_address_);
      Put32(&reply, 0);
      return reply;
    }
    case StlinkOp::kDriveReset:
      if (command.value == 2) {  // pulse
        target_->SetResetPin(true);
        target_->SetResetPin(false);
        reset_low_ = false;
      } else {
        reset_low_ = command.value == 0;
        target_->SetResetPin(reset_low_);
      }
      return Status(true);
    case StlinkOp::kSetFrequency:
    case StlinkOp::kStartTrace:
    case StlinkOp::kStopTrace:
      return Status(true);
    case StlinkOp::kTraceCount:
      return {0, 0};
    case StlinkOp::kInitAccessPort:
    case StlinkOp::kCloseAccessPort:
      return {target_->ap_idr(command.access_port) != 0 ? kOk : kBadAp, 0};
    case StlinkOp::kReadDapRegister: {
      if (command.dap_port == kDebugPortNumber) {
        return StatusAndValue(kOk, port_.ReadDp(command.address));
      }
      return StatusAndValue(kOk, port_.ReadAp(command.dap_port, command.address));
    }
    case StlinkOp::kWriteDapRegister:
      if (command.dap_port == kDebugPortNumber) {
        port_.WriteDp(command.address, command.value);
      } else {
        port_.WriteAp(command.dap_port, command.address, command.value);
      }
      return Status(true);
    case StlinkOp::kUnknown:
      break;
  }
  return {kFault, 0};
}

}  // namespace edgerack::vboard
