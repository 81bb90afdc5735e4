#include "server/app/testing/scripted_agent.h"

#include <chrono>

#include "gtest/gtest.h"

namespace edgerack::testing_server {

using agent::v1::Assignment;
using agent::v1::BoardState;
using agent::v1::DesiredState;

void ScriptedAgent::Connect(std::shared_ptr<grpc::Channel> channel) {
  channel_ = std::move(channel);
  has_desired_ = false;
  desired_.Clear();
  context_ = std::make_unique<grpc::ClientContext>();
  context_->set_wait_for_ready(true);
  stream_ = agent::v1::AgentService::NewStub(channel_)->Synchronize(context_.get());
  reader_ = std::thread([this] { Read(); });
  Report();
}

void ScriptedAgent::Disconnect() {
  if (stream_ == nullptr) return;
  context_->TryCancel();
  reader_.join();
  stream_->Finish();
  stream_.reset();
}

void ScriptedAgent::Read() {
  DesiredState message;
  while (stream_->Read(&message)) {
    std::lock_guard lock(mutex_);
    desired_ = message;
    has_desired_ = true;
    changed_.notify_all();
  }
}

BoardState* ScriptedAgent::Board(const std::string& id) {
  for (BoardState& board : *state_.mutable_boards()) {
    if (board.id() == id) return &board;
  }
  BoardState* board = state_.add_boards();
  board->set_id(id);
  board->set_kind("virtual-f746");
  board->set_chip("stm32f746");
  board->set_family("stm32f7");
  board->set_virtual_(true);
  board->set_state(BoardState::IDLE);
  return board;
}

void ScriptedAgent::Report() {
  state_.set_agent_id("scripted");
  state_.set_version("test");
  stream_->Write(state_);
}

void ScriptedAgent::Idle(const std::string& board) {
  Board(board)->set_state(BoardState::IDLE);
  Board(board)->clear_run();
  Report();
}

agent::v1::RunState* ScriptedAgent::Run(const std::string& board, const Assignment& assignment) {
  Board(board)->set_state(BoardState::BUSY);
  agent::v1::RunState* run = Board(board)->mutable_run();
  run->Clear();
  run->set_run_id(assignment.run_id());
  run->set_attempt(assignment.attempt());
  run->set_stage("run");
  for (const char* name : {"acquire", "flash", "handshake", "load", "run", "validate"}) {
    agent::v1::StageTime* stage = run->add_stages();
    stage->set_name(name);
    stage->mutable_start_time()->set_seconds(1'700'000'000);
    stage->set_duration_ms(5);
    stage->set_skipped(std::string(name) == "flash");
  }
  return run;
}

void ScriptedAgent::Work(const std::string& board, const Assignment& assignment) {
  Run(board, assignment)->set_progress(0.5);
  Report();
}

void ScriptedAgent::Succeed(const std::string& board, const Assignment& assignment,
                            const std::string& outputs, const agent::v1::Trace* trace) {
  agent::v1::RunState* run = Run(board, assignment);
  run->set_finished(true);
  agent::v1::Measurement* measurement = run->mutable_measurement();
  measurement->set_clock_hz(216'000'000);
  for (int i = 0; i < assignment.timed_runs(); ++i) measurement->add_sample_cycles(2160);
  agent::v1::LayerCounts* layer = measurement->add_layers();
  layer->set_cycles(2150);
  layer->set_extra_counts(1200);
  measurement->set_profiled_total_cycles(2160);
  measurement->set_extra_counts(1234);
  measurement->set_extra_unit("instructions");
  measurement->set_stack_bytes(700);
  measurement->set_code_bytes(40'000);
  measurement->set_outputs(outputs);
  measurement->set_samples(assignment.samples());
  measurement->set_uid("0123456789abcdef01234567");
  if (trace != nullptr) *measurement->mutable_trace() = *trace;
  Report();
}

void ScriptedAgent::Fail(const std::string& board, const Assignment& assignment,
                         v1::ErrorClass error_class) {
  agent::v1::RunState* run = Run(board, assignment);
  run->set_finished(true);
  run->mutable_error()->set_error_class(error_class);
  run->mutable_error()->set_code("SCRIPTED");
  run->mutable_error()->set_message("as the test wants it");
  Report();
}

DesiredState ScriptedAgent::WaitFor(const std::function<bool(const DesiredState&)>& condition) {
  std::unique_lock lock(mutex_);
  const bool there = changed_.wait_for(lock, std::chrono::seconds(20),
                                       [&] { return has_desired_ && condition(desired_); });
  EXPECT_TRUE(there) << "the server wants: " << desired_.ShortDebugString();
  return desired_;
}

Assignment ScriptedAgent::WaitForAssignment(const std::string& board, int attempt) {
  Assignment found;
  WaitFor([&](const DesiredState& desired) {
    for (const Assignment& assignment : desired.assignments()) {
      if (assignment.board_id() != board || assignment.attempt() != attempt) continue;
      found = assignment;
      return true;
    }
    return false;
  });
  return found;
}

void ScriptedAgent::WaitUntilFree(const std::string& board) {
  WaitFor([&](const DesiredState& desired) {
    for (const Assignment& assignment : desired.assignments()) {
      if (assignment.board_id() == board) return false;
    }
    return true;
  });
}

std::string ScriptedAgent::Download(const std::string& sha256) {
  grpc::ClientContext context;
  agent::v1::DownloadArtifactRequest request;
  request.set_sha256(sha256);
  auto stream = agent::v1::AgentService::NewStub(channel_)->DownloadArtifact(&context, request);
  std::string bytes;
  agent::v1::DownloadArtifactResponse piece;
  while (stream->Read(&piece)) bytes += piece.data();
  EXPECT_TRUE(stream->Finish().ok());
  return bytes;
}

}  // namespace edgerack::testing_server
