#include "agent/sync/sync_client.h"

#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/sync/convert.h"
#include "base/ids.h"

namespace edgerack::agent {
namespace {

namespace pb = edgerack::agent::v1;

// Promised is a report at least each 5 s; the tick adds to this.
constexpr int64_t kReportEveryMs = 3'500;
constexpr int64_t kTickMs = 1'000;
// The server answers each report; a stream without answers is dead, whatever TCP believes.
constexpr int64_t kDeafMs = 20'000;
constexpr int64_t kFirstPauseMs = 250;
constexpr int64_t kMaxPauseMs = 5'000;

}  // namespace

SyncClient::SyncClient(std::string agent_id, Endpoint endpoint,
                       std::shared_ptr<grpc::Channel> channel, Strand strand, Timers& timers)
    : agent_id_(std::move(agent_id)),
      boot_id_(SystemIds().NewId()),
      endpoint_(std::move(endpoint)),
      stub_(pb::AgentService::NewStub(channel)),
      strand_(std::move(strand)),
      timers_(timers) {}

void SyncClient::AddBoard(const BoardSpec& spec, std::shared_ptr<BoardActor> actor) {
  Board board{spec, std::move(actor), {}, {}};
  board.state.id = spec.id;
  boards_.emplace(spec.id, std::move(board));
}

void SyncClient::OnBoard(const BoardState& state) {
  asio::post(strand_, [self = shared_from_this(), state] {
    Board& board = self->boards_.at(state.id);
    board.state = state;
    board.held.reported.reset();
    board.held.reported_finished = false;
    if (state.run) {
      board.held.reported = state.run->key;
      board.held.reported_finished = state.run->finished;
    }
    self->MarkChanged();
  });
}

void SyncClient::Start() {
  asio::post(strand_, [self = shared_from_this()] {
    self->Connect();
    self->Tick();
  });
}

void SyncClient::Stop(std::function<void()> stopped) {
  asio::post(strand_, [self = shared_from_this(), stopped = std::move(stopped)] {
    self->stopping_ = true;
    self->tick_.reset();
    self->reconnect_.reset();
    if (!self->stream_) return stopped();
    self->stopped_ = stopped;
    self->stream_->Close();
  });
}

void SyncClient::Connect() {
  if (stopping_) return;
  sending_ = false;
  answered_ = false;
  changed_ = true;
  heard_ms_ = timers_.clock().SteadyMs();
  SyncStream::Callbacks callbacks;
  auto self = shared_from_this();
  callbacks.on_sent = [self] {
    self->sending_ = false;
    self->SendIfDue();
  };
  callbacks.on_desired = [self](const pb::DesiredState& desired) { self->OnDesired(desired); };
  callbacks.on_closed = [self](const grpc::Status& status) { self->OnClosed(status); };
  auto post = [strand = strand_](std::function<void()> act) { asio::post(strand, std::move(act)); };
  stream_ = SyncStream::Open(*stub_, endpoint_, post, std::move(callbacks));
  SendIfDue();
}

void SyncClient::OnClosed(const grpc::Status& status) {
  stream_.reset();
  if (stopping_) {
    if (stopped_) stopped_();
    return;
  }
  if (answered_ || !told_unreachable_) {
    spdlog::warn("no connection to the server at {}: {}; trying again until it is back",
                 endpoint_.address,
                 status.error_message().empty() ? "it ended the stream" : status.error_message());
    told_unreachable_ = true;
  }
  pause_ms_ = std::clamp(pause_ms_ * 2, kFirstPauseMs, kMaxPauseMs);
  reconnect_ = timers_.At(timers_.clock().SteadyMs() + pause_ms_, strand_,
                          [self = shared_from_this()] { self->Connect(); });
}

void SyncClient::Tick() {
  if (stopping_) return;
  const int64_t now_ms = timers_.clock().SteadyMs();
  if (stream_ && now_ms - heard_ms_ >= kDeafMs) {
    spdlog::warn("the server at {} has not answered for {} ms; connecting anew", endpoint_.address,
                 now_ms - heard_ms_);
    heard_ms_ = now_ms;
    stream_->Close();
  }
  if (now_ms - sent_ms_ >= kReportEveryMs) MarkChanged();
  tick_ = timers_.At(now_ms + kTickMs, strand_, [self = shared_from_this()] { self->Tick(); });
}

void SyncClient::MarkChanged() {
  changed_ = true;
  SendIfDue();
}

void SyncClient::SendIfDue() {
  if (!stream_ || sending_ || !changed_) return;
  sending_ = true;
  changed_ = false;
  sent_ms_ = timers_.clock().SteadyMs();
  stream_->Send(WholeState());
}

pb::AgentState SyncClient::WholeState() const {
  pb::AgentState state;
  state.set_agent_id(agent_id_);
  state.set_boot_id(boot_id_);
  state.set_version(AgentVersion());
  for (const auto& [id, board] : boards_) {
    *state.add_boards() = ToProto(board.spec, board.state);
  }
  return state;
}

void SyncClient::OnDesired(const pb::DesiredState& desired) {
  heard_ms_ = timers_.clock().SteadyMs();
  if (!answered_) spdlog::info("connected to the server at {}", endpoint_.address);
  answered_ = true;
  told_unreachable_ = false;
  pause_ms_ = 0;
  std::map<BoardId, HeldRun> have;
  for (const auto& [id, board] : boards_) have.emplace(id, board.held);
  SyncActions actions = PlanSync(have, FromProto(desired));
  for (const BoardId& id : actions.unknown) {
    spdlog::warn("the server assigned a run to board {}, which this agent does not have",
                 id.value());
  }
  for (const BoardAndRun& cancel : actions.cancel) {
    Board& board = boards_.at(cancel.board);
    if (board.held.given == cancel.key) board.held.given.reset();
    board.actor->Cancel(cancel.key);
  }
  for (const BoardAndRun& forget : actions.forget) {
    Board& board = boards_.at(forget.board);
    if (board.held.given == forget.key) board.held.given.reset();
    board.actor->Forget(forget.key);
  }
  for (Assignment& assignment : actions.start) {
    Board& board = boards_.at(assignment.board);
    board.held.given = assignment.key;
    board.actor->Assign(std::move(assignment));
  }
}

}  // namespace edgerack::agent
