// A virtual board as a process: the chip between its two doors, debug port and UART, in one loop.
// One thread.
#ifndef EDGERACK_AGENT_VBOARD_APP_BOARD_H_
#define EDGERACK_AGENT_VBOARD_APP_BOARD_H_

#include <absl/status/status.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/vboard/app/flash_file.h"
#include "agent/vboard/app/pacer.h"
#include "agent/vboard/chip/chip.h"
#include "agent/vboard/debug/chip_target.h"
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

  // Opens both doors and starts the chip. Errors say which option to change.
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

  // Lets the chip run or time pass; returns how long the loop may wait for its descriptors, in ns;
  // -1 for ever.
  int64_t Advance();
  void Poll(int64_t timeout_ns, int stop_fd, bool* stop);
  void ServeClient(Client* client, bool readable);
  void CloseClient(Client* client);
  void PassRealTime();

  ChipFacts facts_;
  std::unique_ptr<Chip> chip_;
  std::unique_ptr<ChipTarget> target_;
  std::unique_ptr<StlinkProbe> probe_;
  std::unique_ptr<Wire> wire_;
  Usart* uart_ = nullptr;
  PtyConsole pty_;
  TcpConsole tcp_;
  FlashFile flash_file_;
  Pacer pacer_;
  std::string serial_;
  int stlink_listener_ = -1;
  int uart_listener_ = -1;
  std::list<Client> clients_;
  bool waiting_ = false;  // in real time, since wait_start_*
  uint64_t wait_start_host_ns_ = 0;
  uint64_t wait_start_virtual_ns_ = 0;
  uint64_t wait_limit_virtual_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_BOARD_H_
