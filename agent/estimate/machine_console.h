// The UART of a machine in this process as a board's console: while somebody waits for a byte, the
// machine runs.
#ifndef AGENT_ESTIMATE_MACHINE_CONSOLE_H_
#define AGENT_ESTIMATE_MACHINE_CONSOLE_H_

#include <memory>
#include <string>

#include "agent/protocol/console.h"
#include "agent/vboard/app/machine.h"
#include "agent/vboard/chip/usart.h"
#include "base/clock.h"

namespace edgerack::estimate {

class MachineConsole : public agent::Console, private vboard::UartPeer {
 public:
  // The machine must not be powered on yet.
  MachineConsole(std::unique_ptr<vboard::Machine> machine, Clock& clock)
      : machine_(std::move(machine)), clock_(clock) {}

  // Powers the machine on; INFRASTRUCTURE, EMULATOR_FAILED when it does not start.
  agent::Task<absl::Status> Open(int64_t deadline_ms) override;
  void Close() override {}
  bool is_open() const override { return open_; }
  agent::Task<absl::Status> Write(std::string bytes, int64_t deadline_ms) override;
  agent::Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) override;
  std::string name() const override { return "the emulated UART"; }

 private:
  bool NextByte(uint8_t* byte) override;
  void OnByte(uint8_t byte) override { received_ += static_cast<char>(byte); }
  // Lets the machine run for a slice, or until something happens, `longest_ms` at most.
  void Advance(int64_t longest_ms);

  std::unique_ptr<vboard::Machine> machine_;
  Clock& clock_;
  bool open_ = false;
  std::string sending_;
  size_t sent_ = 0;  // of sending_
  std::string received_;
};

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_MACHINE_CONSOLE_H_
