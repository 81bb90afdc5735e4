-- What a model is, as the compiler's `show` printed it; one per model, replaced when the compiler
-- program changes.
CREATE TABLE model_views (
  model_id TEXT PRIMARY KEY,
  program_sha256 TEXT NOT NULL,
  body TEXT NOT NULL,                        -- JSON
  create_time_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
