// QEMU as a child that dies with this process, its debug stub and its UART on sockets.
#ifndef EDGERACK_AGENT_VBOARD_QEMU_QEMU_PROCESS_H_
#define EDGERACK_AGENT_VBOARD_QEMU_QEMU_PROCESS_H_

#include <absl/status/status.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

namespace edgerack::vboard {

class QemuProcess {
 public:
  QemuProcess() = default;
  ~QemuProcess() { Stop(); }
  QemuProcess(const QemuProcess&) = delete;
  QemuProcess& operator=(const QemuProcess&) = delete;

  // Starts `machine` stopped before its first instruction; its virtual time is that of executed
  // instructions, `ns_per_instruction` (a power of two) each. NOT_FOUND when QEMU is not installed.
  absl::Status Start(const std::string& machine, uint64_t ns_per_instruction);
  void Stop();

  // Ends of the two connections, given away; -1 before Start.
  int TakeGdbSocket();
  int TakeUartSocket();

 private:
  pid_t pid_ = -1;
  int gdb_ = -1;
  int uart_ = -1;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_QEMU_QEMU_PROCESS_H_
