// A board's byte stream: a serial port, a TCP console, a fake.
#ifndef AGENT_PROTOCOL_CONSOLE_H_
#define AGENT_PROTOCOL_CONSOLE_H_

#include <cstdint>
#include <string>

#include "agent/protocol/asio.h"

namespace edgerack::agent {

// Every method is called on the board's strand, by one coroutine at a time. Errors:
//   CONSOLE_NOT_FOUND, CONSOLE_IN_USE (INFRASTRUCTURE) from Open
//   CONSOLE_LOST (INFRASTRUCTURE): the port vanished; Open may bring it back
//   CANCELLED: the board was interrupted
class Console {
 public:
  virtual ~Console() = default;
  // Opens anew by path or address, and drops bytes that were waiting.
  virtual Task<absl::Status> Open(int64_t deadline_ms) = 0;
  virtual void Close() = 0;
  virtual bool is_open() const = 0;
  // DEADLINE_EXCEEDED with code CONSOLE_STUCK when the bytes do not go out in time.
  virtual Task<absl::Status> Write(std::string bytes, int64_t deadline_ms) = 0;
  // At least one byte, or none when the clock reached `deadline_ms` first.
  virtual Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) = 0;
  // From the next opening on, where the console has a rate of its own.
  virtual void SetBaud(uint32_t) {}
  // For messages: the device path or address.
  virtual std::string name() const = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_CONSOLE_H_
