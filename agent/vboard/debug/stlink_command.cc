#include "agent/vboard/debug/stlink_command.h"

namespace edgerack::vboard {
namespace {

uint16_t Load16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }
uint32_t Load32(const uint8_t* bytes) { return Load16(bytes) | uint32_t{Load16(bytes + 2)} << 16; }

void DecodeMemory(const uint8_t* bytes, StlinkOp op, uint8_t width, bool increment,
                  StlinkCommand* command) {
  command->op = op;
  command->address = Load32(bytes + 2);
  command->length_bytes = Load16(bytes + 6);
  command->access_port = bytes[8];
  command->width_bytes = width;
  command->increment = increment;
}

void DecodeDebug(const uint8_t* bytes, StlinkCommand* command) {
  switch (bytes[1]) {
    case 0x07:
      return DecodeMemory(bytes, StlinkOp::kReadMemory, 4, true, command);
    case 0x08:
      return DecodeMemory(bytes, StlinkOp::kWriteMemory, 4, true, command);
    case 0x0C:
      return DecodeMemory(bytes, StlinkOp::kReadMemory, 1, true, command);
    case 0x0D:
      return DecodeMemory(bytes, StlinkOp::kWriteMemory, 1, true, command);
    case 0x47:
      return DecodeMemory(bytes, StlinkOp::kReadMemory, 2, true, command);
    case 0x48:
      return DecodeMemory(bytes, StlinkOp::kWriteMemory, 2, true, command);
    case 0x50:
      return DecodeMemory(bytes, StlinkOp::kWriteMemory, 4, false, command);
    case 0x54:
      return DecodeMemory(bytes, StlinkOp::kReadMemory, 4, false, command);
    case 0x21:
      command->op = StlinkOp::kExitMode;
      return;
    case 0x30:
      command->op = StlinkOp::kEnterMode;
      command->value = bytes[2];
      return;
    case 0x31:
      command->op = StlinkOp::kReadIdCodes;
      return;
    case 0x32:
      command->op = StlinkOp::kResetSystem;
      return;
    case 0x33:
      command->op = StlinkOp::kReadRegister;
      command->address = bytes[2];
      return;
    case 0x34:
      command->op = StlinkOp::kWriteRegister;
      command->address = bytes[2];
      command->value = Load32(bytes + 3);
      return;
    case 0x35:
      command->op = StlinkOp::kWriteDebugRegister;
      command->address = Load32(bytes + 2);
      command->value = Load32(bytes + 6);
      return;
    case 0x36:
      command->op = StlinkOp::kReadDebugRegister;
      command->address = Load32(bytes + 2);
      return;
    case 0x3A:
      command->op = StlinkOp::kReadAllRegisters;
      return;
    case 0x3B:
      command->op = StlinkOp::kLastStatus;
      return;
    case 0x3E:
      command->op = StlinkOp::kLastStatusLong;
      return;
    case 0x3C:
      command->op = StlinkOp::kDriveReset;
      command->value = bytes[2];
      return;
    case 0x40:
      command->op = StlinkOp::kStartTrace;
      return;
    case 0x41:
      command->op = StlinkOp::kStopTrace;
      return;
    case 0x42:
      command->op = StlinkOp::kTraceCount;
      return;
    case 0x43:
    case 0x44:
      command->op = StlinkOp::kSetFrequency;
      return;
    case 0x45:
      command->op = StlinkOp::kReadDapRegister;
      command->dap_port = Load16(bytes + 2);
      command->address = Load16(bytes + 4);
      return;
    case 0x46:
      command->op = StlinkOp::kWriteDapRegister;
      command->dap_port = Load16(bytes + 2);
      command->address = Load16(bytes + 4);
      command->value = Load32(bytes + 6);
      return;
    case 0x4B:
      command->op = StlinkOp::kInitAccessPort;
      command->access_port = bytes[2];
      return;
    case 0x4C:
      command->op = StlinkOp::kCloseAccessPort;
      command->access_port = bytes[2];
      return;
    default:
      return;
  }
}

}  // namespace

StlinkCommand DecodeStlinkCommand(const std::array<uint8_t, kStlinkCommandBytes>& bytes) {
  StlinkCommand command;
  switch (bytes[0]) {
    case 0xF1:
      command.op = StlinkOp::kGetVersion;
      break;
    case 0xF5:
      command.op = StlinkOp::kGetCurrentMode;
      break;
    case 0xF7:
      command.op = StlinkOp::kGetTargetVoltage;
      break;
    case 0xF2:
      DecodeDebug(bytes.data(), &command);
      break;
    case 0xF3:  // leave DFU mode: it never is in it
      command.op = StlinkOp::kExitMode;
      break;
    default:
      break;
  }
  return command;
}

}  // namespace edgerack::vboard
