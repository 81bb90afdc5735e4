// The 16-byte commands of an ST-LINK/V2-1, decoded. A pure function over bytes: any bytes are
// welcome.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_STLINK_COMMAND_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_STLINK_COMMAND_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace edgerack::vboard {

inline constexpr size_t kStlinkCommandBytes = 16;

enum class StlinkOp {
  kUnknown,
  kGetVersion,
  kGetCurrentMode,
  kGetTargetVoltage,
  kEnterMode,
  kExitMode,
  kReadIdCodes,
  kResetSystem,
  kReadRegister,
  kWriteRegister,
  kReadAllRegisters,
  kReadDebugRegister,
  kWriteDebugRegister,
  kReadMemory,
  kWriteMemory,
  kLastStatus,
  kLastStatusLong,
  kDriveReset,
  kSetFrequency,
  kStartTrace,
  kStopTrace,
  kTraceCount,
  kInitAccessPort,
  kCloseAccessPort,
  kReadDapRegister,
  kWriteDapRegister,
};

struct StlinkCommand {
  StlinkOp op = StlinkOp::kUnknown;
  uint32_t address = 0;       // memory, or register number
  uint32_t value = 0;         // to be written; mode; reset level
  uint16_t length_bytes = 0;  // of a memory transfer
  uint8_t width_bytes = 0;    // of one access: 1, 2 or 4
  bool increment = true;
  uint8_t access_port = 0;
  uint16_t dap_port = 0;  // 0xFFFF is the debug port itself
};

StlinkCommand DecodeStlinkCommand(const std::array<uint8_t, kStlinkCommandBytes>& bytes);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_STLINK_COMMAND_H_
