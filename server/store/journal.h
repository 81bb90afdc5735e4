// The way every change takes to the disk: one writer, in order, many batches per commit.
#ifndef SERVER_STORE_JOURNAL_H_
#define SERVER_STORE_JOURNAL_H_

#include <functional>

#include "base/error.h"
#include "server/store/write_batch.h"

namespace edgerack::store {

enum class Durability {
  // A failure is reported to `done`, and the batch is forgotten.
  kReport,
  // Nothing after it is written before it is: when the disk is full or the database busy, it is
  // tried again until it succeeds or the journal closes. Only a batch the database can never take
  // (a violated constraint, a bug) is reported.
  kUntilDurable,
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Thread-safe, does not block. `done` is called once, on the writer's thread, after all earlier
  // batches' `done`; when it gets OK the batch is on the disk. An empty batch keeps its place in
  // this order and costs no commit.
  // Errors: RESOURCE_EXHAUSTED (DISK_FULL), UNAVAILABLE (DATABASE_BUSY), ALREADY_EXISTS,
  // DATA_LOSS, CANCELLED (closed before it was written).
  virtual void Write(WriteBatch batch, Durability durability,
                     std::function<void(const absl::Status&)> done) = 0;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_JOURNAL_H_
