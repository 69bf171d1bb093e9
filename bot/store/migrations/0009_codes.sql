-- What was stored as sentences becomes codes, names and numbers; sentences are made where they are shown. What
-- isn't recognised stays as it is, and is shown so.

-- A record's `value` has the type of its setting: text, a number, 0 or 1; `words` are those of a legacy record.
ALTER TABLE records ADD COLUMN setting TEXT;
ALTER TABLE records ADD COLUMN value ANY;
ALTER TABLE records ADD COLUMN turns INTEGER;
ALTER TABLE records ADD COLUMN tokens INTEGER;
ALTER TABLE records ADD COLUMN words TEXT NOT NULL DEFAULT '';

UPDATE records SET
    setting = substr(action, instr(action, ' ') + 1),
    value = CASE
        WHEN action = 'set auto' THEN detail = 'True'
        WHEN action = 'set retention_days' THEN CAST(detail AS INTEGER)
        WHEN action LIKE 'set %' THEN detail
    END,
    action = substr(action, 1, instr(action, ' ') - 1)
WHERE action IN ('set persona', 'set model', 'clear persona', 'clear model', 'clear auto', 'clear retention_days')
    OR (action = 'set auto' AND detail IN ('True', 'False'))
    OR (action = 'set retention_days' AND detail <> '' AND detail NOT GLOB '*[^0-9]*');

-- "12 turns, 345 tokens"
UPDATE records SET
    turns = CAST(detail AS INTEGER),
    tokens = CAST(substr(detail, instr(detail, ', ') + 2) AS INTEGER)
WHERE action IN ('reset', 'undo') AND setting IS NULL
    AND detail = CAST(detail AS INTEGER) || ' turns, '
        || CAST(substr(detail, instr(detail, ', ') + 2) AS INTEGER) || ' tokens';

UPDATE records SET action = 'legacy', words = action || CASE detail WHEN '' THEN '' ELSE ': ' || detail END
WHERE setting IS NULL AND turns IS NULL;

ALTER TABLE records DROP COLUMN detail;
ALTER TABLE records RENAME COLUMN action TO verb;
