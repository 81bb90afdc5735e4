// What stands between a virtual board's two doors: a machine with a debug port and a UART. One
// thread.
#ifndef EDGERACK_AGENT_VBOARD_APP_MACHINE_H_
#define EDGERACK_AGENT_VBOARD_APP_MACHINE_H_

#include <absl/status/statusor.h>
#include <poll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/vboard/chip/processor.h"
#include "agent/vboard/chip/usart.h"
#include "agent/vboard/debug/probe_target.h"
#include "base/catalog/board_kind.h"
#include "base/catalog/chip.h"

namespace edgerack::vboard {

struct MachineOptions {
  BoardKind kind;
  edgerack::Chip chip;
  std::array<uint8_t, 12> uid{};
  std::string uart_instance;
  uint64_t crystal_hz = 0;  // 0: the one of the chip's virtual board
  std::string elf;          // empty: none
  std::string state_file;   // that keeps the flash; empty: none
  ProcessorOptions processor;
};

class Machine {
 public:
  virtual ~Machine() = default;

  virtual ProbeTarget* target() = 0;
  // Powers it on, its UART connected to `wire`, which outlives it.
  virtual absl::Status PowerOn(UartPeer* wire) = 0;

  // Lets it run or time pass; returns how long the loop may wait for descriptors, in ns; -1 for
  // ever.
  virtual int64_t Advance() = 0;
  // Descriptors of its own that end the wait; none where it runs within Advance.
  virtual std::vector<pollfd> Descriptors() { return {}; }
  // The wait ended. `ready` is what Descriptors returned, with the answers.
  virtual void OnWake(const pollfd* ready) = 0;
  // The wire may have bytes for it.
  virtual void PokeUart() = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_MACHINE_H_
