#include "server/api/synchronize.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/api/convert_agent.h"
#include "server/api/status.h"

namespace edgerack::api {

// Lock order: the link's mutex, then the reactor's.
class SynchronizeReactor::Link : public control::AgentLink {
 public:
  explicit Link(SynchronizeReactor* reactor) : reactor_(reactor) {}

  void Send(const std::vector<core::Assignment>& assignments) override {
    std::lock_guard lock(mutex_);
    if (reactor_ != nullptr) reactor_->Push(assignments);
  }

  void Cut() {
    std::lock_guard lock(mutex_);
    reactor_ = nullptr;
  }

 private:
  std::mutex mutex_;
  SynchronizeReactor* reactor_;
};

SynchronizeReactor::SynchronizeReactor(control::Farm& farm)
    : farm_(farm), link_(std::make_shared<Link>(this)) {
  StartRead(&state_);
}

void SynchronizeReactor::OnReadDone(bool ok) {
  if (!ok) {
    std::lock_guard lock(mutex_);
    return FinishSoon(grpc::Status::OK);
  }
  auto report = FromProto(state_);
  if (!report.ok()) {
    spdlog::warn("an agent was turned away: {}", ErrorMessageOf(report.status()));
    std::lock_guard lock(mutex_);
    return FinishSoon(ToGrpc(report.status()));
  }
  agent_ = report->agent;
  farm_.Report(*std::move(report), link_);
  StartRead(&state_);
}

void SynchronizeReactor::Push(const std::vector<core::Assignment>& assignments) {
  std::lock_guard lock(mutex_);
  if (end_) return;
  waiting_ = assignments;
  if (!writing_) WriteNext();
}

void SynchronizeReactor::WriteNext() {
  message_.Clear();
  ToProto(*waiting_, &message_);
  waiting_.reset();
  writing_ = true;
  StartWrite(&message_);
}

void SynchronizeReactor::FinishSoon(const grpc::Status& status) {
  if (!end_) end_ = status;
  if (writing_ || finished_) return;
  finished_ = true;
  Finish(*end_);
}

void SynchronizeReactor::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok || end_) return FinishSoon(grpc::Status::CANCELLED);
  if (waiting_) WriteNext();
}

void SynchronizeReactor::OnCancel() {
  std::lock_guard lock(mutex_);
  FinishSoon(grpc::Status::CANCELLED);
}

void SynchronizeReactor::OnDone() {
  link_->Cut();
  if (!agent_.empty()) farm_.Unlink(agent_, link_);
  delete this;
}

}  // namespace edgerack::api
