// One SQLite connection and its statements, with errors as the product speaks of them. Not
// thread-safe: each connection belongs to one thread or stands behind a mutex.
#ifndef SERVER_STORE_SQLITE_DATABASE_H_
#define SERVER_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"

namespace edgerack::store {

// A prepared statement in use: binds by position from 1, resets itself when it goes.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  // One that could not be prepared: takes values and gives `error` at the first Step().
  explicit Statement(absl::Status error) : error_(std::move(error)) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Text(const std::string& value);
  Statement& TextOrNull(const std::string& value);  // NULL when empty
  Statement& Integer(int64_t value);

  // True when there is a row. Errors as Database::Execute.
  absl::StatusOr<bool> Step();
  // For statements that give no rows.
  absl::Status Run() { return Step().status(); }

  // Of the current row, columns from 0. NULL gives an empty text.
  std::string TextAt(int column) const;
  int64_t IntegerAt(int column) const { return sqlite3_column_int64(statement_, column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  Statement& Bound(int code);

  sqlite3_stmt* statement_ = nullptr;
  absl::Status error_;
  int next_ = 1;
};

class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  // WAL, foreign keys on, synchronous=FULL, `busy_timeout_ms` of patience with other processes.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::filesystem::path& file,
                                                        Mode mode, int busy_timeout_ms);
  ~Database();

  // One or more statements without parameters.
  // RESOURCE_EXHAUSTED (DISK_FULL), UNAVAILABLE (DATABASE_BUSY), ALREADY_EXISTS
  // (CONSTRAINT_VIOLATED), DATA_LOSS (DATABASE_DAMAGED), INTERNAL (BAD_STATEMENT: trying again
  // cannot help), UNKNOWN (DATABASE_ERROR: the disk, memory, a lock; it may).
  absl::Status Execute(const std::string& sql);
  // Prepared once and kept. A statement that cannot be prepared is reported by its Step().
  Statement Prepare(const std::string& sql);
  // True between BEGIN and COMMIT; SQLite leaves a transaction by itself on some errors.
  bool InTransaction() const { return sqlite3_get_autocommit(connection_) == 0; }

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}

  sqlite3* connection_;
  std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_SQLITE_DATABASE_H_
