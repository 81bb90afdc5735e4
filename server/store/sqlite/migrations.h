// The numbered steps of the schema, embedded from server/store/migrations/, and their application.
#ifndef SERVER_STORE_SQLITE_MIGRATIONS_H_
#define SERVER_STORE_SQLITE_MIGRATIONS_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "server/store/sqlite/database.h"

namespace edgerack::store {

struct Migration {
  int version = 0;   // 1, 2, 3, … without gaps
  std::string name;  // of its file
  std::string sql;
};

// In order of version.
const std::vector<Migration>& Migrations();

// Brings the schema to the last of `migrations`; each step is a transaction of its own.
// FAILED_PRECONDITION: NEWER_SCHEMA when a later program wrote the database, CHANGED_MIGRATION when
// an applied step is not the one of this program. INTERNAL (BAD_MIGRATIONS) for a gap in the list.
absl::Status Migrate(Database& database, const std::vector<Migration>& migrations,
                     int64_t now_wall_ms);

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_MIGRATIONS_H_
