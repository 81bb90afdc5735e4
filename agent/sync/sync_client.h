// The agent's loop with its server: reports the state it has, follows the state that is wanted,
// reconnects for ever.
#ifndef AGENT_SYNC_SYNC_CLIENT_H_
#define AGENT_SYNC_SYNC_CLIENT_H_

#include <map>
#include <memory>
#include <string>

#include "agent/board/board_actor.h"
#include "agent/sync/endpoint.h"
#include "agent/sync/plan.h"
#include "agent/sync/sync_stream.h"

namespace edgerack::agent {

class SyncClient : public std::enable_shared_from_this<SyncClient> {
 public:
  SyncClient(std::string agent_id, Endpoint endpoint, std::shared_ptr<grpc::Channel> channel,
             Strand strand, Timers& timers);

  // Before Start().
  void AddBoard(const BoardSpec& spec, std::shared_ptr<BoardActor> actor);
  // Any thread: a board's state changed.
  void OnBoard(const BoardState& state);
  void Start();
  // Closes the stream and calls `stopped` on the strand.
  void Stop(std::function<void()> stopped);

 private:
  struct Board {
    BoardSpec spec;
    std::shared_ptr<BoardActor> actor;
    BoardState state;
    HeldRun held;
  };

  void Connect();
  void OnDesired(const edgerack::agent::v1::DesiredState& desired);
  void OnClosed(const grpc::Status& status);
  void MarkChanged();
  void SendIfDue();
  void Tick();
  edgerack::agent::v1::AgentState WholeState() const;

  const std::string agent_id_;
  const std::string boot_id_;
  const Endpoint endpoint_;
  std::shared_ptr<edgerack::agent::v1::AgentService::Stub> stub_;
  Strand strand_;
  Timers& timers_;
  std::map<BoardId, Board> boards_;

  // Everything below belongs to the strand.
  std::shared_ptr<SyncStream> stream_;
  bool sending_ = false;
  bool changed_ = true;
  bool answered_ = false;  // the server has spoken on this stream
  bool stopping_ = false;
  bool told_unreachable_ = false;
  int64_t sent_ms_ = 0;
  int64_t heard_ms_ = 0;
  int64_t pause_ms_ = 0;  // before the next attempt to connect
  std::unique_ptr<TimerHandle> tick_;
  std::unique_ptr<TimerHandle> reconnect_;
  std::function<void()> stopped_;
};

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_SYNC_CLIENT_H_
