// A machine of QEMU's as a virtual board's: the emulator as a child, its debug stub behind the
// probe, its UART on the board's wire. An emulator that ends, as QEMU does when the core locks up,
// is started anew, as by a power cycle.
#ifndef EDGERACK_AGENT_VBOARD_QEMU_QEMU_MACHINE_H_
#define EDGERACK_AGENT_VBOARD_QEMU_QEMU_MACHINE_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/vboard/app/machine.h"
#include "agent/vboard/qemu/gdb_core.h"
#include "agent/vboard/qemu/m55_target.h"
#include "agent/vboard/qemu/qemu_process.h"

namespace edgerack::vboard {

class QemuMachine : public Machine {
 public:
  // The machine that QEMU calls by the chip's id. There is no flash, so the state file stays
  // unused.
  static absl::StatusOr<std::unique_ptr<Machine>> Make(const MachineOptions& options);
  ~QemuMachine() override;

  ProbeTarget* target() override { return &target_; }
  absl::Status PowerOn(UartPeer* wire) override;
  int64_t Advance() override;
  std::vector<pollfd> Descriptors() override;
  void OnWake(const pollfd* ready) override;
  void PokeUart() override;

 private:
  explicit QemuMachine(const MachineOptions& options);
  absl::Status StartEmulator();
  absl::Status WriteBootStub();
  absl::Status LoadProgram();
  void PowerOff();

  MachineOptions options_;
  UartPeer* wire_ = nullptr;
  QemuProcess process_;
  GdbCore core_;
  M55Target target_;
  int uart_ = -1;
  std::string to_uart_;  // taken from the wire, not yet taken by the emulator
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_QEMU_QEMU_MACHINE_H_
