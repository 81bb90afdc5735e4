// Turns a batch of records into statements on the writer's connection.
#ifndef SERVER_STORE_SQLITE_RECORD_WRITER_H_
#define SERVER_STORE_SQLITE_RECORD_WRITER_H_

#include "server/store/sqlite/database.h"
#include "server/store/write_batch.h"

namespace edgerack::store {

// Call inside a transaction; on an error the caller rolls back. Errors as Database::Execute.
absl::Status WriteRecords(Database& database, const WriteBatch& batch);

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_RECORD_WRITER_H_
