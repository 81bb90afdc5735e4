// What everybody may see of jobs that have not ended and of boards: published only after it is
// durable. Thread-safe; readers never wait for the sequence.
#ifndef SERVER_CONTROL_LIVE_VIEW_H_
#define SERVER_CONTROL_LIVE_VIEW_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "server/core/board.h"
#include "server/core/job.h"
#include "server/core/result.h"

namespace edgerack::control {

struct LiveJob {
  core::Job job;
  std::vector<core::Result> results;  // once the job has ended
};

class LiveView {
 public:
  using JobSnapshot = std::shared_ptr<const LiveJob>;
  // Called with the view's lock held, in order: quick, and without calling the view.
  using Watcher = std::function<void(const JobSnapshot&)>;

  // A job that has ended is shown to its watchers a last time and leaves the view.
  void PublishJob(LiveJob live);
  void PublishBoard(const core::Board& board);

  // nullptr when the job is unknown or has ended: then the store has it.
  JobSnapshot FindJob(const core::JobId& id) const;
  // Calls the watcher with the job as it is now and after each change; 0 when it is not in the
  // view.
  int64_t Watch(const core::JobId& id, Watcher watcher);
  // After this returns the watcher is not called any more. Unknown numbers are ignored.
  void Unwatch(int64_t watch);

  std::vector<core::Board> Boards() const;  // by id
  std::optional<core::Board> FindBoard(const core::BoardId& id) const;

 private:
  struct Entry {
    JobSnapshot live;
    std::map<int64_t, Watcher> watchers;
  };

  mutable std::mutex mutex_;
  std::map<core::JobId, Entry> jobs_;
  std::map<int64_t, core::JobId> watches_;
  std::map<core::BoardId, core::Board> boards_;
  int64_t next_watch_ = 1;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_LIVE_VIEW_H_
