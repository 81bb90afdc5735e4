-- Suites: what is measured again and again; the id is its maker's.
CREATE TABLE suites (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  spec TEXT NOT NULL,                        -- JSON
  create_time_ms INTEGER NOT NULL,
  update_time_ms INTEGER NOT NULL,
  schedule_time_ms INTEGER NOT NULL          -- what its schedule counts from
) STRICT;

CREATE TABLE suite_runs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  suite_id TEXT NOT NULL REFERENCES suites (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,                   -- 1 for the suite's first
  request_id TEXT,                           -- NULL when the client chose none
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'PASSED', 'REGRESSED', 'FAILED', 'CANCELLED')),
  create_time_ms INTEGER NOT NULL,
  end_time_ms INTEGER NOT NULL,              -- 0 while it runs
  told INTEGER NOT NULL,                     -- 1: its end was handed to the notifications
  body TEXT NOT NULL,                        -- JSON
  UNIQUE (suite_id, number),
  UNIQUE (suite_id, request_id)
) STRICT;
CREATE INDEX suite_runs_of_suite ON suite_runs (suite_id, seq);
-- What a restart has to take up again.
CREATE INDEX suite_runs_open ON suite_runs (seq) WHERE end_time_ms = 0 OR told = 0;

-- Every baseline a case ever had; one holds.
CREATE TABLE suite_baselines (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  suite_id TEXT NOT NULL REFERENCES suites (id) ON DELETE CASCADE,
  case_key TEXT NOT NULL,
  results TEXT NOT NULL,                     -- JSON list of ids, oldest first
  reason TEXT NOT NULL,
  accepted_by TEXT NOT NULL,
  accept_time_ms INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  end_time_ms INTEGER NOT NULL               -- 0 while it holds
) STRICT;
CREATE UNIQUE INDEX suite_baselines_held ON suite_baselines (suite_id, case_key)
  WHERE end_time_ms = 0;
CREATE INDEX suite_baselines_of_suite ON suite_baselines (suite_id, seq);
