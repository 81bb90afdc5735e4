#include "agent/driver/tcp/tcp_console.h"

namespace edgerack::agent {
namespace {

// What an attempt to connect needs until its last handler has run.
struct Connecting {
  Connecting(const asio::any_io_executor& executor) : resolver(executor), socket(executor) {}
  asio::ip::tcp::resolver resolver;
  asio::ip::tcp::socket socket;
  std::optional<error_code> result;
  std::weak_ptr<Gate> gate;

  void Finish(error_code error) {
    result = error;
    if (auto waiting = gate.lock()) waiting->Notify();
  }
};

}  // namespace

TcpConsole::TcpConsole(std::string host, uint16_t port, asio::any_io_executor executor,
                       Timers& timers, Interrupt* interrupt)
    : host_(std::move(host)),
      port_(port),
      executor_(std::move(executor)),
      timers_(timers),
      interrupt_(interrupt) {}

absl::Status TcpConsole::NotFound(const std::string& why) const {
  return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "CONSOLE_NOT_FOUND",
                   "cannot connect to the console at " + name() + ": " + why +
                       "; is the other end running, and is `console.tcp` right?");
}

Task<absl::Status> TcpConsole::Open(int64_t deadline_ms) {
  reader_.reset();
  auto gate = std::make_shared<Gate>(executor_, timers_, interrupt_);
  auto connecting = std::make_shared<Connecting>(executor_);
  connecting->gate = gate;
  connecting->resolver.async_resolve(
      host_, std::to_string(port_),
      [connecting](error_code error, asio::ip::tcp::resolver::results_type found) {
        if (error) return connecting->Finish(error);
        asio::async_connect(connecting->socket, found,
                            [connecting](error_code failed, const asio::ip::tcp::endpoint&) {
                              connecting->Finish(failed);
                            });
      });
  Wake wake = co_await gate->WaitUntil(deadline_ms);
  error_code ignored;
  if (wake != Wake::kNotified) {
    connecting->resolver.cancel();
    connecting->socket.close(ignored);
    co_return wake == Wake::kInterrupted ? InterruptedError() : NotFound("no answer in time");
  }
  if (*connecting->result) co_return NotFound(connecting->result->message());
  connecting->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  reader_ = std::make_unique<StreamReader<asio::ip::tcp::socket>>(
      std::move(connecting->socket), name(), executor_, timers_, interrupt_);
  co_return absl::OkStatus();
}

Task<absl::Status> TcpConsole::Write(std::string bytes, int64_t deadline_ms) {
  if (!reader_) co_return NotFound("it is closed");
  co_return co_await reader_->Write(std::move(bytes), deadline_ms);
}

Task<absl::StatusOr<std::string>> TcpConsole::Read(int64_t deadline_ms) {
  if (!reader_) co_return NotFound("it is closed");
  co_return co_await reader_->Read(deadline_ms);
}

}  // namespace edgerack::agent
