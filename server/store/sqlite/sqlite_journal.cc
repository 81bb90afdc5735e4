#include "server/store/sqlite/sqlite_journal.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/store/sqlite/record_writer.h"

namespace edgerack::store {
namespace {

// A batch the database refuses whatever the disk does: trying again cannot help.
bool IsAboutTheBatch(const absl::Status& status) {
  return status.code() == absl::StatusCode::kAlreadyExists ||
         status.code() == absl::StatusCode::kInternal;
}

}  // namespace

SqliteJournal::SqliteJournal(std::unique_ptr<Database> database, int retry_ms)
    : database_(std::move(database)), retry_ms_(retry_ms), thread_([this] { Loop(); }) {}

SqliteJournal::~SqliteJournal() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void SqliteJournal::Write(WriteBatch batch, Durability durability,
                          std::function<void(const absl::Status&)> done) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(batch), durability, std::move(done), absl::OkStatus(), false});
  }
  wake_.notify_all();
}

absl::Status SqliteJournal::ApplyOne(Entry& entry) {
  ER_RETURN_IF_ERROR(database_->Execute("SAVEPOINT one"));
  absl::Status status = WriteRecords(*database_, entry.batch);
  if (!status.ok()) {
    if (!IsAboutTheBatch(status)) return status;
    entry.status = status;
    entry.settled = true;
    ER_RETURN_IF_ERROR(database_->Execute("ROLLBACK TO one"));
  }
  return database_->Execute("RELEASE one");
}

absl::Status SqliteJournal::CommitGroup(std::deque<Entry>& entries) {
  const bool nothing = std::all_of(entries.begin(), entries.end(),
                                   [](const Entry& entry) { return entry.batch.empty(); });
  absl::Status status = nothing ? absl::OkStatus() : database_->Execute("BEGIN IMMEDIATE");
  for (Entry& entry : entries) {
    if (!status.ok()) break;
    if (!entry.batch.empty() && !entry.settled) status = ApplyOne(entry);
  }
  if (status.ok() && !nothing) status = database_->Execute("COMMIT");
  if (!status.ok() && database_->InTransaction()) (void)database_->Execute("ROLLBACK");
  return status;
}

void SqliteJournal::Loop() {
  std::deque<Entry> group;  // what an earlier try could not write stays in front
  while (true) {
    bool closing = false;
    {
      std::unique_lock lock(mutex_);
      if (group.empty()) {
        wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      } else {
        wake_.wait_for(lock, std::chrono::milliseconds(retry_ms_), [this] { return closing_; });
      }
      closing = closing_;
      if (closing && waiting_.empty() && group.empty()) return;
      std::move(waiting_.begin(), waiting_.end(), std::back_inserter(group));
      waiting_.clear();
    }
    const absl::Status status = CommitGroup(group);
    if (status.ok()) {
      for (Entry& entry : group) {
        if (entry.settled && entry.durability == Durability::kUntilDurable) {
          spdlog::error("a change the database refuses was dropped: {}",
                        ErrorMessageOf(entry.status));
        }
        entry.done(entry.status);
      }
      group.clear();
      continue;
    }
    // Of a group that failed, what stands before the first change needs no disk.
    while (!group.empty() && group.front().batch.empty()) {
      group.front().done(absl::OkStatus());
      group.pop_front();
    }
    spdlog::error("{} changes wait for the disk: {}: {}", group.size(), ErrorCodeOf(status),
                  ErrorMessageOf(status));
    std::deque<Entry> kept;
    for (Entry& entry : group) {
      if (entry.durability == Durability::kReport) {
        entry.done(entry.settled ? entry.status : status);
      } else if (closing) {
        entry.done(MakeError(absl::StatusCode::kCancelled, ErrorClass::kInfrastructure,
                             "JOURNAL_CLOSED", "the server stops before the disk took this"));
      } else {
        entry.settled = false;
        kept.push_back(std::move(entry));
      }
    }
    group = std::move(kept);
  }
}

}  // namespace edgerack::store
