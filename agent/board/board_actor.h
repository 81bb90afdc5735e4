// One board's life: check, idle, run, recover. Everything of it runs on its own strand.
#ifndef AGENT_BOARD_BOARD_ACTOR_H_
#define AGENT_BOARD_BOARD_ACTOR_H_

#include <functional>
#include <memory>
#include <optional>

#include "agent/board/artifacts.h"
#include "agent/board/recovery.h"
#include "agent/board/session.h"
#include "agent/board/types.h"

namespace edgerack::agent {

class BoardActor : public std::enable_shared_from_this<BoardActor> {
 public:
  // Builds the ports on the board's strand; they give up when the interrupt is raised.
  using MakePorts = std::function<BoardPorts(asio::any_io_executor, Timers&, Interrupt*)>;
  // Called on the board's strand with the whole state after each change.
  using Changed = std::function<void(const BoardState&)>;

  // `timers` and `artifacts` outlive the actor. `first_sequence`: see LinkClient.
  BoardActor(BoardSpec spec, const MakePorts& make_ports, asio::any_io_executor strand,
             Timers& timers, ArtifactSource& artifacts, uint16_t first_sequence, Changed changed);

  // The following may be called from any thread.
  void Start();
  // Starts the run as soon as the board is idle; one that is known already is not started again.
  void Assign(Assignment assignment);
  // Stops the run, if it is the one, and forgets it without a result.
  void Cancel(RunKey key);
  // Forgets the outcome of a finished run, if it is the one.
  void Forget(RunKey key);
  // Interrupts everything and calls `stopped` on the strand when the coroutine has ended.
  void Stop(std::function<void()> stopped);

 private:
  Task<void> Live();
  Task<void> BringBack(RecoveryCause cause);
  Task<void> ExecuteRun();
  Task<bool> ProbeIdle();
  void FinishRun(absl::Status error, std::shared_ptr<const Measurement> measurement);
  void FailWaitingRunIfLate(const std::string& why);
  void SetStatus(BoardStatus status, std::string reason);
  void Remember(const Identity& identity);
  void LogLink(const LinkStatistics& use);
  void Report();

  asio::any_io_executor strand_;
  Timers& timers_;
  ArtifactSource& artifacts_;
  Changed changed_;
  Interrupt interrupt_;
  BoardSession session_;
  Gate wake_;  // something new to do
  BoardState state_;
  std::optional<Assignment> waiting_;  // assigned, not yet begun
  int64_t waiting_since_ms_ = 0;
  std::optional<RunKey> running_;
  std::optional<uint32_t> boot_count_;
  bool cancelled_ = false;  // the running one
  bool stopping_ = false;
  bool alive_ = false;  // Live() has not ended
  std::function<void()> stopped_;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_BOARD_ACTOR_H_
