-- Somebody's own images for boards, as models and datasets: the id is the SHA-256 of the bytes.
CREATE TABLE firmwares (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  create_time_ms INTEGER NOT NULL
) STRICT;

-- Jobs and results of such an image may have no model, and their tables want one: this row is none.
-- It is in no list.
INSERT INTO models (id, display_name, size_bytes, create_time_ms) VALUES ('', '', 0, 0);
