-- What an answer said before it was redone: all of its versions by their numbers, the one among them that it
-- shows, which its turn says, named by `version`. An answer that was never redone has none, and is at 0.
CREATE TABLE versions (
    answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    model TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (answer_id, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE answers ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
