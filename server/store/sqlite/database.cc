#include "server/store/sqlite/database.h"

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace edgerack::store {
namespace {

// SQLite says FULL only for the files it extends by writing; a shared-memory file that cannot grow,
// or a journal that cannot be made, is an input/output error with the system's reason behind it.
bool IsDiskFull(sqlite3* connection, int code) {
  if (code == SQLITE_FULL) return true;
  if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN) return false;
  const int system_error = sqlite3_system_errno(connection);
  return system_error == ENOSPC || system_error == EDQUOT;
}

absl::Status SqliteError(sqlite3* connection) {
  const int code = connection != nullptr ? sqlite3_errcode(connection) & 0xFF : SQLITE_NOMEM;
  const char* file = connection != nullptr ? sqlite3_db_filename(connection, "main") : nullptr;
  const std::string what =
      absl::StrCat("database ", file != nullptr ? file : "", ": ",
                   connection != nullptr ? sqlite3_errmsg(connection) : "out of memory");
  if (connection != nullptr && IsDiskFull(connection, code)) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure, "DISK_FULL",
                     what + "; make room on the server's disk and try again");
  }
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "DATABASE_BUSY",
                       what + "; another program holds it, close it or wait");
    case SQLITE_CONSTRAINT:
      return MakeError(absl::StatusCode::kAlreadyExists, ErrorClass::kBug, "CONSTRAINT_VIOLATED",
                       what);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure, "DATABASE_DAMAGED",
                       what + "; restore it from a backup");
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
      return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_STATEMENT",
                       what + "; the schema and the program disagree, report it");
    default:
      return MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "DATABASE_ERROR",
                       what + "; look at the disk and the folder's permissions");
  }
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::Text(const std::string& value) {
  if (statement_ == nullptr) return *this;
  return Bound(sqlite3_bind_text64(statement_, next_++, value.data(), value.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::TextOrNull(const std::string& value) {
  if (!value.empty()) return Text(value);
  if (statement_ == nullptr) return *this;
  return Bound(sqlite3_bind_null(statement_, next_++));
}

Statement& Statement::Integer(int64_t value) {
  if (statement_ == nullptr) return *this;
  return Bound(sqlite3_bind_int64(statement_, next_++, value));
}

Statement& Statement::Bound(int code) {
  // A value that was not bound would be written as NULL.
  if (code != SQLITE_OK && error_.ok()) error_ = SqliteError(sqlite3_db_handle(statement_));
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  if (!error_.ok()) return error_;
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return SqliteError(sqlite3_db_handle(statement_));
  }
}

std::string Statement::TextAt(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  const int bytes = sqlite3_column_bytes(statement_, column);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(bytes)};
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::filesystem::path& file,
                                                         Mode mode, int busy_timeout_ms) {
  sqlite3* connection = nullptr;
  const int flags = (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                              : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file.c_str(), &connection, flags, nullptr) != SQLITE_OK) {
    absl::Status error = SqliteError(connection);
    sqlite3_close(connection);
    return Annotate(error, "cannot open " + file.string());
  }
  std::unique_ptr<Database> database(new Database(connection));
  sqlite3_busy_timeout(connection, busy_timeout_ms);
  if (mode == Mode::kReadWrite) {
    ER_RETURN_IF_ERROR(database->Execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"));
  }
  return database;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

absl::Status Database::Execute(const std::string& sql) {
  if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return SqliteError(connection_);
  }
  return absl::OkStatus();
}

Statement Database::Prepare(const std::string& sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(connection_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                       nullptr);
    if (statement == nullptr) return Statement(SqliteError(connection_));
    found = statements_.emplace(sql, statement).first;
  }
  return Statement(found->second);
}

}  // namespace edgerack::store
