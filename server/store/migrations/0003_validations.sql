-- Where the executions of a result's model part, as the compiler's `validate` wrote it; one per
-- result, replaced when the compiler program changes.
CREATE TABLE validations (
  result_id TEXT PRIMARY KEY,
  program_sha256 TEXT NOT NULL,
  body TEXT NOT NULL,                        -- JSON
  create_time_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
