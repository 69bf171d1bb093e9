-- How answers ended, as data: place 0 is the end of the words that stand, place 1 that of a later try which
-- brought no new ones. `tries` tells one posting of an answer from another, over restarts too.

ALTER TABLE answers ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;

CREATE TABLE ends (
    answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    reason TEXT NOT NULL,
    stopped_by INTEGER,
    stopped_name TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    details TEXT NOT NULL DEFAULT '{}',
    remarks TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (answer_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX ends_by_stopper ON ends (stopped_by) WHERE stopped_by IS NOT NULL;
CREATE INDEX ends_replaced ON ends (answer_id) WHERE reason = 'replaced';

-- Until now the state was all that was known.
INSERT INTO ends (answer_id, place, reason, error)
SELECT
    a.id,
    0,
    CASE t.state
        WHEN 'complete' THEN 'done'
        WHEN 'broken' THEN 'failed'
        WHEN 'writing' THEN 'done'
        ELSE t.state
    END,
    CASE t.state WHEN 'broken' THEN 'ConnectionCut' ELSE '' END
FROM answers AS a
JOIN turns AS t ON t.id = a.id;

DROP INDEX answers_not_shown;
UPDATE answers SET shown = 0, draft = ''
WHERE draft <> '' AND id IN (SELECT id FROM turns WHERE state <> 'writing');
CREATE INDEX answers_not_shown ON answers (id) WHERE NOT shown;
