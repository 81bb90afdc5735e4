#include "agent/app/ask_identity.h"

#include <unistd.h>

#include <exception>

#include "agent/driver/serial/serial_console.h"
#include "agent/link/link_client.h"
#include "agent/protocol/asio.h"
#include "agent/protocol/timers.h"

namespace edgerack::agent {
namespace {

Task<void> Ask(Console& console, LinkClient& link, int64_t deadline_ms,
               absl::StatusOr<Identity>& answer) {
  const absl::Status opened = co_await console.Open(deadline_ms);
  if (!opened.ok()) {
    answer = opened;
    co_return;
  }
  answer = co_await link.Hello({.deadline_ms = deadline_ms});
}

}  // namespace

absl::StatusOr<Identity> AskIdentity(const std::string& console, uint32_t baud,
                                     int64_t timeout_ms) {
  asio::io_context context;
  Timers& timers = SystemTimers();
  SerialConsole port(console, baud, context.get_executor(), timers, nullptr);
  LinkClient link(port, timers.clock(), static_cast<uint16_t>(getpid()));
  absl::StatusOr<Identity> answer = absl::UnknownError("not asked");
  const int64_t deadline_ms = timers.clock().SteadyMs() + timeout_ms;
  std::exception_ptr failure;
  // The port's reader waits for ever: the answer ends the run, not the lack of work.
  asio::co_spawn(context, Ask(port, link, deadline_ms, answer), [&](std::exception_ptr error) {
    failure = error;
    context.stop();
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return answer;
}

}  // namespace edgerack::agent
