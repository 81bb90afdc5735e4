// Writes suites' records; called by the journal's writer within its transaction.
#ifndef SERVER_STORE_SQLITE_SUITE_WRITER_H_
#define SERVER_STORE_SQLITE_SUITE_WRITER_H_

#include "server/store/sqlite/database.h"
#include "server/store/suite_store.h"

namespace edgerack::store {

// Errors as Database::Execute.
absl::Status WriteSuiteRecords(Database& database, const SuiteRecords& records);

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_SUITE_WRITER_H_
