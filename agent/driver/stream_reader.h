// Turns an Asio stream into what a Console needs: reads with a deadline, writes with a deadline,
// both ended by the board's interrupt. The stream is read all the time, so that a vanished port is
// noticed at once.
#ifndef AGENT_DRIVER_STREAM_READER_H_
#define AGENT_DRIVER_STREAM_READER_H_

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "agent/protocol/gate.h"

namespace edgerack::agent {

// `Stream` is made on the board's strand; everything runs there.
template <typename Stream>
class StreamReader {
 public:
  // Takes the open stream and starts to read. `name` is for messages.
  StreamReader(Stream stream, std::string name, asio::any_io_executor executor, Timers& timers,
               Interrupt* interrupt)
      : shared_(std::make_shared<Shared>(std::move(stream), std::move(name))),
        read_gate_(std::make_shared<Gate>(executor, timers, interrupt)),
        write_gate_(std::make_shared<Gate>(executor, timers, interrupt)) {
    shared_->read_gate = read_gate_;
    shared_->write_gate = write_gate_;
    Shared::ReadOn(shared_);
  }
  ~StreamReader() {
    error_code ignored;
    shared_->stream.close(ignored);
  }
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) {
    while (shared_->received.empty()) {
      if (shared_->failure) co_return Lost(*shared_->failure);
      Wake wake = co_await read_gate_->WaitUntil(deadline_ms);
      if (wake == Wake::kInterrupted) co_return InterruptedError();
      if (wake == Wake::kDeadline) break;
    }
    co_return std::exchange(shared_->received, std::string());
  }

  Task<absl::Status> Write(std::string bytes, int64_t deadline_ms) {
    if (shared_->failure) co_return Lost(*shared_->failure);
    shared_->sending = std::move(bytes);
    shared_->written.reset();
    Shared::WriteAll(shared_);
    while (!shared_->written) {
      Wake wake = co_await write_gate_->WaitUntil(deadline_ms);
      if (wake == Wake::kNotified) continue;
      // Half a request went out. The other end drops it by its CRC; the port is opened anew.
      error_code ignored;
      shared_->stream.close(ignored);
      shared_->failure = asio::error::operation_aborted;
      if (wake == Wake::kInterrupted) co_return InterruptedError();
      co_return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kInfrastructure,
                          "CONSOLE_STUCK",
                          "the console " + shared_->name +
                              " takes no bytes; a cable, a hub or flow control blocks it");
    }
    if (*shared_->written) co_return Lost(*shared_->written);
    co_return absl::OkStatus();
  }

  bool lost() const { return shared_->failure.has_value(); }

 private:
  // Bytes nobody asks for: a board that talks without end must not fill the memory.
  static constexpr size_t kMaxWaitingBytes = 1 << 20;

  // Outlives the reader while a handler is under way.
  struct Shared {
    Shared(Stream s, std::string n) : stream(std::move(s)), name(std::move(n)) {}

    static void ReadOn(std::shared_ptr<Shared> self) {
      Shared& s = *self;
      s.stream.async_read_some(asio::buffer(s.buffer),
                               [self = std::move(self)](error_code error, size_t bytes) {
                                 self->OnRead(self, error, bytes);
                               });
    }
    void OnRead(const std::shared_ptr<Shared>& self, error_code error, size_t bytes) {
      if (error) {
        if (!failure) failure = error;
      } else {
        if (received.size() > kMaxWaitingBytes) received.erase(0, kMaxWaitingBytes / 2);
        received.append(buffer.data(), bytes);
      }
      if (auto gate = read_gate.lock()) gate->Notify();
      if (!error) ReadOn(self);
    }
    static void WriteAll(std::shared_ptr<Shared> self) {
      Shared& s = *self;
      asio::async_write(s.stream, asio::buffer(s.sending),
                        [self = std::move(self)](error_code error, size_t) {
                          self->written = error;
                          if (auto gate = self->write_gate.lock()) gate->Notify();
                        });
    }

    Stream stream;
    std::string name;
    std::array<char, 4096> buffer;
    std::string received;
    std::string sending;
    std::optional<error_code> failure;
    std::optional<error_code> written;
    std::weak_ptr<Gate> read_gate;
    std::weak_ptr<Gate> write_gate;
  };

  absl::Status Lost(error_code error) const {
    return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "CONSOLE_LOST",
                     "the console " + shared_->name + " went away (" + error.message() +
                         "): the cable was pulled, the board lost power or its USB hub reset; "
                         "it is opened again as soon as it is back");
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Gate> read_gate_;
  std::shared_ptr<Gate> write_gate_;
};

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_STREAM_READER_H_
