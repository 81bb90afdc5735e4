// A board's UART behind a TCP socket: a terminal server, an emulator.
#ifndef AGENT_DRIVER_TCP_TCP_CONSOLE_H_
#define AGENT_DRIVER_TCP_TCP_CONSOLE_H_

#include <memory>
#include <string>

#include "agent/driver/stream_reader.h"
#include "agent/protocol/console.h"

namespace edgerack::agent {

// Errors of Open (INFRASTRUCTURE): CONSOLE_NOT_FOUND when the address is refused or unknown.
class TcpConsole : public Console {
 public:
  TcpConsole(std::string host, uint16_t port, asio::any_io_executor executor, Timers& timers,
             Interrupt* interrupt);

  Task<absl::Status> Open(int64_t deadline_ms) override;
  void Close() override { reader_.reset(); }
  bool is_open() const override { return reader_ && !reader_->lost(); }
  Task<absl::Status> Write(std::string bytes, int64_t deadline_ms) override;
  Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) override;
  std::string name() const override { return host_ + ":" + std::to_string(port_); }

 private:
  absl::Status NotFound(const std::string& why) const;

  std::string host_;
  uint16_t port_;
  asio::any_io_executor executor_;
  Timers& timers_;
  Interrupt* interrupt_;
  std::unique_ptr<StreamReader<asio::ip::tcp::socket>> reader_;
};

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_TCP_TCP_CONSOLE_H_
