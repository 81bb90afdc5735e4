// Work that takes long and that several callers may ask for: done once on a pool however many wait.
#ifndef SERVER_CONTROL_SHARED_WORK_H_
#define SERVER_CONTROL_SHARED_WORK_H_

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "server/control/worker_pool.h"

namespace edgerack::control {

// Thread-safe. The pool outlives this; its stop drops callbacks that still wait.
template <typename Key, typename Value>
class SharedWork {
 public:
  using Callback = std::function<void(absl::StatusOr<Value>)>;
  using Work = std::function<absl::StatusOr<Value>()>;

  // At most `most_keys` are worked on or wait at once.
  SharedWork(WorkerPool& pool, size_t most_keys) : pool_(pool), most_keys_(most_keys) {}

  // `done` is called once, on the pool, with what `work` gives; where the same key is worked on
  // already, with what that gives. RESOURCE_EXHAUSTED (TOO_MANY_VIEWS), at once, beyond the limit.
  void Ask(const Key& key, Work work, Callback done) {
    bool first = false;
    bool full = false;
    {
      std::lock_guard lock(mutex_);
      first = waiting_.count(key) == 0;
      full = first && waiting_.size() >= most_keys_;
      if (!full) waiting_[key].push_back(std::move(done));
    }
    if (full) {
      return done(MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure,
                            "TOO_MANY_VIEWS",
                            "the server already reads as many models as it does at once; try again "
                            "in a minute"));
    }
    if (!first) return;
    pool_.Post([this, key, work = std::move(work)] {
      auto value = work();
      std::vector<Callback> callbacks;
      {
        std::lock_guard lock(mutex_);
        callbacks.swap(waiting_[key]);
        waiting_.erase(key);
      }
      for (const Callback& callback : callbacks) callback(value);
    });
  }

 private:
  WorkerPool& pool_;
  const size_t most_keys_;
  std::mutex mutex_;
  std::map<Key, std::vector<Callback>> waiting_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SHARED_WORK_H_
