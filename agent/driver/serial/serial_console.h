// A board's UART behind a serial device (or a pseudo-terminal), opened by path.
#ifndef AGENT_DRIVER_SERIAL_SERIAL_CONSOLE_H_
#define AGENT_DRIVER_SERIAL_SERIAL_CONSOLE_H_

#include <memory>
#include <string>

#include "agent/driver/stream_reader.h"
#include "agent/protocol/console.h"

namespace edgerack::agent {

// Opens `path` raw, 8N1, exclusively, and drops bytes that were waiting. Errors
// (INFRASTRUCTURE): CONSOLE_NOT_FOUND, CONSOLE_IN_USE, CONSOLE_NOT_ALLOWED, CONSOLE_BAD_BAUD.
// Returns the descriptor, which the caller owns.
absl::StatusOr<int> OpenSerial(const std::string& path, uint32_t baud);

class SerialConsole : public Console {
 public:
  SerialConsole(std::string path, uint32_t baud, asio::any_io_executor executor, Timers& timers,
                Interrupt* interrupt);

  Task<absl::Status> Open(int64_t deadline_ms) override;
  void Close() override { reader_.reset(); }
  bool is_open() const override { return reader_ && !reader_->lost(); }
  Task<absl::Status> Write(std::string bytes, int64_t deadline_ms) override;
  Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) override;
  void SetBaud(uint32_t baud) override { baud_ = baud; }
  std::string name() const override { return path_; }

 private:
  std::string path_;
  uint32_t baud_;
  asio::any_io_executor executor_;
  Timers& timers_;
  Interrupt* interrupt_;
  std::unique_ptr<StreamReader<asio::posix::stream_descriptor>> reader_;
};

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_SERIAL_SERIAL_CONSOLE_H_
