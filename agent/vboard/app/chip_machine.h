// A chip emulated in this process as a board's machine: paced by the host's clock, its flash kept
// in a file.
#ifndef EDGERACK_AGENT_VBOARD_APP_CHIP_MACHINE_H_
#define EDGERACK_AGENT_VBOARD_APP_CHIP_MACHINE_H_

#include <memory>

#include "agent/vboard/app/flash_file.h"
#include "agent/vboard/app/machine.h"
#include "agent/vboard/app/pacer.h"
#include "agent/vboard/chip/chip.h"
#include "agent/vboard/debug/chip_target.h"

namespace edgerack::vboard {

class ChipMachine : public Machine {
 public:
  // Errors say which option to change.
  static absl::StatusOr<std::unique_ptr<Machine>> Make(const MachineOptions& options);

  ProbeTarget* target() override { return target_.get(); }
  absl::Status PowerOn(UartPeer* wire) override;
  int64_t Advance() override;
  void OnWake(const pollfd*) override { PassRealTime(); }
  void PokeUart() override { uart_->Poke(); }

 private:
  ChipMachine() = default;
  absl::Status Build(const MachineOptions& options);
  void PassRealTime();

  ChipFacts facts_;
  std::unique_ptr<Chip> chip_;
  std::unique_ptr<ChipTarget> target_;
  Usart* uart_ = nullptr;
  FlashFile flash_file_;
  Pacer pacer_;
  bool waiting_ = false;  // in real time, since wait_start_*
  uint64_t wait_start_host_ns_ = 0;
  uint64_t wait_start_virtual_ns_ = 0;
  uint64_t wait_limit_virtual_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_CHIP_MACHINE_H_
