// The stream behind WatchJob.
#ifndef SERVER_API_WATCH_H_
#define SERVER_API_WATCH_H_

#include <grpcpp/grpcpp.h>

#include <deque>
#include <mutex>

#include "edgerack/v1/jobs.pb.h"
#include "server/api/status.h"
#include "server/control/farm.h"

namespace edgerack::api {

// Deletes itself when the call is over. A reader that is slower than the job sees the newest
// states, not all of them, and always the last one.
class WatchReactor : public grpc::ServerWriteReactor<v1::WatchJobResponse> {
 public:
  WatchReactor(control::Farm& farm, const core::JobId& id);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void Push(const control::LiveView::JobSnapshot& live);
  void PushEnded(const core::JobId& id);
  void WriteNext();                             // with mutex_ held
  void FinishOnce(const grpc::Status& status);  // with mutex_ held

  control::Farm& farm_;
  int64_t watch_ = 0;
  std::mutex mutex_;
  std::deque<control::LiveView::JobSnapshot> waiting_;
  v1::WatchJobResponse message_;
  bool writing_ = false;
  bool last_ = false;  // the message that is being written is the last one
  bool finished_ = false;
};

// A stream that ends at once with `status`. Deletes itself.
class RefusedWatch : public grpc::ServerWriteReactor<v1::WatchJobResponse> {
 public:
  explicit RefusedWatch(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace edgerack::api

#endif  // SERVER_API_WATCH_H_
