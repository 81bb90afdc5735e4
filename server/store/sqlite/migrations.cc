#include "server/store/sqlite/migrations.h"

#include "absl/strings/str_cat.h"
#include "base/sha256.h"

namespace edgerack::store {
namespace {

absl::Status CheckNumbers(const std::vector<Migration>& migrations) {
  for (size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].version != static_cast<int>(i) + 1) {
      return MakeError(
          absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_MIGRATIONS",
          absl::StrCat("migration ", migrations[i].name, " should have number ", i + 1));
    }
  }
  return absl::OkStatus();
}

// How many steps the database has, after checking that they are the ones of this program.
absl::StatusOr<int> AppliedSteps(Database& database, const std::vector<Migration>& migrations) {
  Statement rows =
      database.Prepare("SELECT version, name, sha256 FROM schema_migrations ORDER BY version");
  int applied = 0;
  while (true) {
    ER_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return applied;
    const int64_t version = rows.IntegerAt(0);
    if (version > static_cast<int64_t>(migrations.size())) {
      return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "NEWER_SCHEMA",
                       absl::StrCat("the database has schema ", version, " (", rows.TextAt(1),
                                    "), this program knows up to ", migrations.size(),
                                    "; start the newer program, or restore a backup"));
    }
    const Migration& known = migrations[static_cast<size_t>(applied)];
    if (version != known.version || rows.TextAt(2) != Sha256Hex(known.sql)) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, ErrorClass::kBug, "CHANGED_MIGRATION",
          absl::StrCat("the database was made with another ", known.name,
                       " than this program has; an applied migration must not change"));
    }
    ++applied;
  }
}

absl::Status Apply(Database& database, const Migration& migration, int64_t now_wall_ms) {
  ER_RETURN_IF_ERROR(database.Execute(migration.sql));
  return database
      .Prepare(
          "INSERT INTO schema_migrations (version, name, sha256, apply_time_ms) "
          "VALUES (?, ?, ?, ?)")
      .Integer(migration.version)
      .Text(migration.name)
      .Text(Sha256Hex(migration.sql))
      .Integer(now_wall_ms)
      .Run();
}

}  // namespace

absl::Status Migrate(Database& database, const std::vector<Migration>& migrations,
                     int64_t now_wall_ms) {
  ER_RETURN_IF_ERROR(CheckNumbers(migrations));
  ER_RETURN_IF_ERROR(database.Execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, "
      "name TEXT NOT NULL, sha256 TEXT NOT NULL, apply_time_ms INTEGER NOT NULL) STRICT"));
  ER_ASSIGN_OR_RETURN(int applied, AppliedSteps(database, migrations));
  for (size_t i = static_cast<size_t>(applied); i < migrations.size(); ++i) {
    ER_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
    absl::Status status = Apply(database, migrations[i], now_wall_ms);
    if (status.ok()) status = database.Execute("COMMIT");
    if (!status.ok()) {
      if (database.InTransaction()) (void)database.Execute("ROLLBACK");
      return Annotate(status, "migration " + migrations[i].name);
    }
  }
  return absl::OkStatus();
}

}  // namespace edgerack::store
