// A virtual board as a process: a machine between its two doors, debug port and UART, in one loop.
// One thread.
#ifndef EDGERACK_AGENT_VBOARD_APP_BOARD_H_
#define EDGERACK_AGENT_VBOARD_APP_BOARD_H_

#include <absl/status/status.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/vboard/app/machine.h"
#include "agent/vboard/debug/stlink_session.h"
#include "agent/vboard/uart/pty_console.h"
#include "agent/vboard/uart/tcp_console.h"

namespace edgerack::vboard {

struct BoardOptions {
  std::string kind;
  uint16_t stlink_port = 0;
  std::string uart_pty;
  uint16_t uart_tcp_port = 0;  // 0: none
  std::string uart_instance;   // empty: the board's own
  std::string elf;
  std::string state_file;
  std::string uid_hex;  // 24 hexadecimal digits; empty: derived from the kind
  ProcessorOptions processor;
};

class Board {
 public:
  // The wire carries what either console sends, and both hear the chip.
  Board() = default;
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  // Opens both doors and powers the machine on. Errors say which option to change.
  absl::Status Open(const BoardOptions& options);
  // Until `stop_fd` becomes readable.
  void RunUntil(int stop_fd);

 private:
  struct Client {
    int fd = -1;
    std::unique_ptr<StlinkSession> session;
    std::vector<uint8_t> out;
  };
  class Wire : public UartPeer {
   public:
    Wire(PtyConsole* pty, TcpConsole* tcp) : pty_(pty), tcp_(tcp) {}
    bool NextByte(uint8_t* byte) override { return pty_->NextByte(byte) || tcp_->NextByte(byte); }
    void OnByte(uint8_t byte) override {
      pty_->OnByte(byte);
      tcp_->OnByte(byte);
    }

   private:
    PtyConsole* pty_;
    TcpConsole* tcp_;
  };

  void Poll(int64_t timeout_ns, int stop_fd, bool* stop);
  void ServeClient(Client* client, bool readable);
  void CloseClient(Client* client);

  std::unique_ptr<Machine> machine_;
  std::unique_ptr<StlinkProbe> probe_;
  std::unique_ptr<Wire> wire_;
  PtyConsole pty_;
  TcpConsole tcp_;
  std::string serial_;
  int stlink_listener_ = -1;
  int uart_listener_ = -1;
  std::list<Client> clients_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_BOARD_H_
