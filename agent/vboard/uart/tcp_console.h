// The UART of a virtual board as a TCP socket on loopback, for one client at a time. One thread,
// never blocks.
#ifndef EDGERACK_AGENT_VBOARD_UART_TCP_CONSOLE_H_
#define EDGERACK_AGENT_VBOARD_UART_TCP_CONSOLE_H_

#include <cstdint>
#include <deque>

#include "agent/vboard/chip/usart.h"

namespace edgerack::vboard {

class TcpConsole : public UartPeer {
 public:
  TcpConsole() = default;
  ~TcpConsole() override;
  TcpConsole(const TcpConsole&) = delete;
  TcpConsole& operator=(const TcpConsole&) = delete;

  // Takes the descriptor; a client before it is disconnected.
  void SetClient(int fd);
  int fd() const { return client_; }  // -1 without a client
  bool WantsRead() const { return client_ >= 0 && incoming_.empty(); }
  bool WantsWrite() const { return client_ >= 0 && !outgoing_.empty(); }
  void OnReadable();
  void OnWritable();

  bool NextByte(uint8_t* byte) override;
  void OnByte(uint8_t byte) override;

 private:
  void Drop();

  int client_ = -1;
  std::deque<uint8_t> incoming_;
  std::deque<uint8_t> outgoing_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_UART_TCP_CONSOLE_H_
