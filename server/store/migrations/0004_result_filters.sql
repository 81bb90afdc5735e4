-- What lists of results are asked for, each with an index that also has their order.
ALTER TABLE results ADD COLUMN model_display_name TEXT NOT NULL DEFAULT '';
UPDATE results SET model_display_name =
  (SELECT model_display_name FROM jobs WHERE jobs.id = results.job_id);
CREATE INDEX results_of_model_file ON results (model_id, seq);
CREATE INDEX results_of_name ON results (model_display_name, seq);
CREATE INDEX results_of_name_on_board ON results (model_display_name, board_id, seq);
CREATE INDEX results_of_board ON results (board_id, seq);
CREATE INDEX results_of_verdict ON results (verdict, seq);
