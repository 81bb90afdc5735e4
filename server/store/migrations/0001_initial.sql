-- Models and datasets: records of uploaded artifacts; the id is the SHA-256 of the bytes.
CREATE TABLE models (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  create_time_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE datasets (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  create_time_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  request_id TEXT UNIQUE,                    -- NULL when the client chose none
  model_id TEXT NOT NULL REFERENCES models (id),
  model_display_name TEXT NOT NULL,
  spec TEXT NOT NULL,                        -- JSON
  state TEXT NOT NULL CHECK (state IN
    ('QUEUED', 'COMPILING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  error TEXT,                                -- JSON, only when FAILED
  create_time_ms INTEGER NOT NULL,
  update_time_ms INTEGER NOT NULL,
  end_time_ms INTEGER NOT NULL               -- 0 until it has ended
) STRICT;
-- What a restart has to take up again; small however long the history is.
CREATE INDEX jobs_unfinished ON jobs (seq) WHERE end_time_ms = 0;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES jobs (id),
  position INTEGER NOT NULL,
  pinned_board TEXT NOT NULL,                -- '' = any that matches
  kind TEXT NOT NULL,
  chip TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('WAITING', 'ASSIGNED', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  board TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  board_failures INTEGER NOT NULL,
  tried_boards TEXT NOT NULL,                -- JSON list of ids
  plan TEXT,                                 -- JSON; NULL until compiled
  error TEXT,                                -- JSON
  result_id TEXT NOT NULL,
  ready_time_ms INTEGER NOT NULL,
  assign_time_ms INTEGER NOT NULL,
  UNIQUE (job_id, position)
) STRICT, WITHOUT ROWID;

-- UNIQUE (run_id): a run ends with a result at most once, however often its outcome is reported.
CREATE TABLE results (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  job_id TEXT NOT NULL REFERENCES jobs (id),
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  model_id TEXT NOT NULL REFERENCES models (id),
  board_id TEXT NOT NULL,
  board_kind TEXT NOT NULL,
  verdict TEXT NOT NULL,
  create_time_ms INTEGER NOT NULL,
  body TEXT NOT NULL                         -- JSON
) STRICT;
CREATE INDEX results_of_job ON results (job_id, seq);
CREATE INDEX results_of_model ON results (model_id, board_kind, seq);

-- Boards as last reported, so that a job can be accepted before their agents are back.
CREATE TABLE boards (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  chip TEXT NOT NULL,
  family TEXT NOT NULL,
  uid TEXT NOT NULL,
  is_virtual INTEGER NOT NULL,
  health TEXT NOT NULL,
  reason TEXT NOT NULL,
  agent TEXT NOT NULL,
  tags TEXT NOT NULL,                        -- JSON list
  firmware_build_id TEXT NOT NULL,
  last_seen_time_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE compile_cache (
  key TEXT PRIMARY KEY,
  body TEXT NOT NULL,                        -- JSON
  create_time_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE prepared_cache (
  key TEXT PRIMARY KEY,
  body TEXT NOT NULL,                        -- JSON
  create_time_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
