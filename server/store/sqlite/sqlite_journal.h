// The writer thread: takes every batch that waits, applies all in one transaction, commits,
// reports.
#ifndef SERVER_STORE_SQLITE_SQLITE_JOURNAL_H_
#define SERVER_STORE_SQLITE_SQLITE_JOURNAL_H_

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/store/journal.h"
#include "server/store/sqlite/database.h"

namespace edgerack::store {

class SqliteJournal : public Journal {
 public:
  // Owns the connection; `retry_ms` is the pause before a batch that must succeed is tried again.
  SqliteJournal(std::unique_ptr<Database> database, int retry_ms);
  // Writes what waits (one try) and stops.
  ~SqliteJournal() override;

  void Write(WriteBatch batch, Durability durability,
             std::function<void(const absl::Status&)> done) override;

 private:
  struct Entry {
    WriteBatch batch;
    Durability durability;
    std::function<void(const absl::Status&)> done;
    absl::Status status;  // the writer's verdict on this batch
    bool settled = false;
  };

  void Loop();
  // Commits as many of `entries` as it can. An error is about the disk or the lock, not a batch.
  absl::Status CommitGroup(std::deque<Entry>& entries);
  absl::Status ApplyOne(Entry& entry);

  std::unique_ptr<Database> database_;
  const int retry_ms_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> waiting_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_SQLITE_JOURNAL_H_
