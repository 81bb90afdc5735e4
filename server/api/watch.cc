#include "server/api/watch.h"

#include "server/api/convert.h"
#include "server/api/status.h"

namespace edgerack::api {
namespace {

constexpr size_t kMostWaiting = 32;
constexpr int32_t kMostResults = 1000;

}  // namespace

WatchReactor::WatchReactor(control::Farm& farm, const core::JobId& id) : farm_(farm) {
  watch_ = farm.view().Watch(id, [this](const auto& live) { Push(live); });
  if (watch_ == 0) PushEnded(id);
}

void WatchReactor::PushEnded(const core::JobId& id) {
  auto job = farm_.services().jobs.GetJob(id);
  auto results = farm_.services().results.ListResults({.size = kMostResults}, {.job = id});
  const absl::Status status = job.ok() ? results.status() : job.status();
  if (status.ok()) {
    Push(std::make_shared<control::LiveJob>(control::LiveJob{*job, results->records}));
    return;
  }
  std::lock_guard lock(mutex_);
  FinishOnce(ToGrpc(status));
}

void WatchReactor::Push(const control::LiveView::JobSnapshot& live) {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  if (waiting_.size() == kMostWaiting) waiting_.pop_front();
  waiting_.push_back(live);
  if (!writing_) WriteNext();
}

void WatchReactor::WriteNext() {
  const control::LiveView::JobSnapshot live = waiting_.front();
  waiting_.pop_front();
  message_.Clear();
  ToProto(live->job, message_.mutable_job());
  for (const core::Result& result : live->results) ToProto(result, message_.add_results());
  writing_ = true;
  last_ = core::HasEnded(live->job.state);
  StartWrite(&message_);
}

void WatchReactor::FinishOnce(const grpc::Status& status) {
  if (finished_) return;
  finished_ = true;
  Finish(status);
}

void WatchReactor::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok) return FinishOnce(grpc::Status::CANCELLED);
  if (last_) return FinishOnce(grpc::Status::OK);
  if (!waiting_.empty() && !finished_) WriteNext();
}

void WatchReactor::OnCancel() {
  std::lock_guard lock(mutex_);
  // A write that is under way fails by itself.
  if (!writing_) FinishOnce(grpc::Status::CANCELLED);
}

void WatchReactor::OnDone() {
  farm_.view().Unwatch(watch_);
  delete this;
}

}  // namespace edgerack::api
