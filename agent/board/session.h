// A board's two doors together: console with link, debug port. The steps that runs and recovery
// share.
#ifndef AGENT_BOARD_SESSION_H_
#define AGENT_BOARD_SESSION_H_

#include <memory>

#include "agent/board/board_spec.h"
#include "agent/link/link_client.h"
#include "agent/protocol/console.h"
#include "agent/protocol/flasher.h"
#include "agent/protocol/gate.h"

namespace edgerack::agent {

// A board's console and debug port; both give up when the board's Interrupt is raised.
struct BoardPorts {
  std::unique_ptr<Console> console;
  std::unique_ptr<Flasher> flasher;  // null where the board has no debug port
};

// Strand only, one coroutine at a time. Deadlines are on the steady clock.
class BoardSession {
 public:
  BoardSession(BoardSpec spec, BoardPorts ports, asio::any_io_executor executor, Timers& timers,
               Interrupt* interrupt, uint16_t first_sequence);

  // Opens the console if it is not open, or anew when `again`.
  Task<absl::Status> OpenConsole(bool again, int64_t deadline_ms);
  // One HELLO; five tries take 4 s, three 1.5 s.
  Task<absl::StatusOr<Identity>> Hello(int64_t deadline_ms, int tries = 5);
  // HELLO again and again until a board that was just reset answers; opens the console anew if the
  // reset made it vanish.
  Task<absl::StatusOr<Identity>> HelloAfterReset(int64_t deadline_ms);

  // PROBE_MISSING (INFRASTRUCTURE) when the board has no debug port; so do the three that need one.
  absl::Status CheckProbe() const;
  Task<absl::Status> Flash(FlashRequest request, int64_t deadline_ms);
  Task<absl::Status> ResetByProbe(int64_t deadline_ms);
  Task<absl::StatusOr<std::vector<uint32_t>>> SampleProgramCounter(int count, int64_t deadline_ms);

  Task<absl::Status> Sleep(int64_t ms);

  const BoardSpec& spec() const { return spec_; }
  LinkClient& link() { return link_; }
  Clock& clock() { return timers_.clock(); }
  Timers& timers() { return timers_; }
  const asio::any_io_executor& executor() const { return executor_; }
  Interrupt* interrupt() { return interrupt_; }
  bool has_probe() const { return ports_.flasher != nullptr; }
  bool package_by_probe() const { return has_probe() && spec_.kind.package_load == "probe"; }
  void CloseConsole() { ports_.console->Close(); }
  Console& console() { return *ports_.console; }
  // The console's rate from its next opening on; 0 = the board's usual.
  void SetBaud(uint32_t baud) { ports_.console->SetBaud(baud != 0 ? baud : spec_.kind.uart_baud); }

 private:
  BoardSpec spec_;
  BoardPorts ports_;
  asio::any_io_executor executor_;
  Timers& timers_;
  Interrupt* interrupt_;
  LinkClient link_;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_SESSION_H_
