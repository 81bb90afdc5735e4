// A client of gdb's remote protocol on a connected socket: packets, their acknowledgement, and the
// stop replies of a program that was let run. Blocking, with a time limit; one thread.
#ifndef EDGERACK_AGENT_VBOARD_QEMU_GDB_CLIENT_H_
#define EDGERACK_AGENT_VBOARD_QEMU_GDB_CLIENT_H_

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

namespace edgerack::vboard {

class GdbClient {
 public:
  // Takes the descriptor of a connected stream socket.
  explicit GdbClient(int fd) : fd_(fd) {}
  ~GdbClient();
  GdbClient(const GdbClient&) = delete;
  GdbClient& operator=(const GdbClient&) = delete;

  int fd() const { return fd_; }

  // Sends one packet and waits for its reply; the program must be stopped. UNAVAILABLE when the
  // other end is gone or silent for 10 s.
  absl::StatusOr<std::string> Request(std::string_view packet);
  // The same for a command of the stub's monitor, whose text is not wanted.
  absl::Status Monitor(std::string_view command);

  // Lets the program run: `how` is "c" or "s". No reply follows before it stops.
  absl::Status Resume(std::string_view how);
  // Stops it and returns the stop reply.
  absl::StatusOr<std::string> Interrupt();
  // Waits for the program to stop by itself.
  absl::StatusOr<std::string> WaitForStop();
  // The stop reply of a program that stopped by itself; nothing while it runs. Does not wait.
  absl::StatusOr<std::optional<std::string>> PollStop();

 private:
  absl::Status Send(std::string_view bytes);
  absl::Status Receive(int timeout_ms);
  // Takes the next whole packet out of what was received, and acknowledges it.
  absl::StatusOr<std::optional<std::string>> TakePacket();
  absl::StatusOr<std::string> NextPacket();

  int fd_;
  std::string received_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_QEMU_GDB_CLIENT_H_
