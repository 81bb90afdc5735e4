// The UART of a virtual board as a pseudo-terminal behind a symbolic link. One thread, never
// blocks.
#ifndef EDGERACK_AGENT_VBOARD_UART_PTY_CONSOLE_H_
#define EDGERACK_AGENT_VBOARD_UART_PTY_CONSOLE_H_

#include <absl/status/status.h>

#include <cstdint>
#include <deque>
#include <string>

#include "agent/vboard/chip/usart.h"

namespace edgerack::vboard {

class PtyConsole : public UartPeer {
 public:
  PtyConsole() = default;
  ~PtyConsole() override;
  PtyConsole(const PtyConsole&) = delete;
  PtyConsole& operator=(const PtyConsole&) = delete;

  // Makes the pseudo-terminal (raw) and the link to it. A stale link is replaced; anything else at
  // that path is an error.
  absl::Status Open(const std::string& link_path);

  int fd() const { return master_; }
  // Room for more host bytes: only then does the descriptor want to be polled for reading, so that
  // the host's writes wait in the terminal while the chip is busy with what came before.
  bool WantsRead() const { return incoming_.empty(); }
  bool WantsWrite() const { return !outgoing_.empty(); }
  void OnReadable();
  void OnWritable();

  bool NextByte(uint8_t* byte) override;
  void OnByte(uint8_t byte) override;

 private:
  int master_ = -1;
  int slave_ = -1;  // kept open, so that the terminal outlives its users
  std::string link_path_;
  std::string slave_path_;
  std::deque<uint8_t> incoming_;
  std::deque<uint8_t> outgoing_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_UART_PTY_CONSOLE_H_
