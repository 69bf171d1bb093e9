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

-- A quote's author who has no label; a note's code, whose limit is the number; of a file that was cut, the number
-- is that of the characters that were kept.
ALTER TABLE parts ADD COLUMN author_kind TEXT NOT NULL DEFAULT 'person';
ALTER TABLE parts ADD COLUMN note TEXT;
ALTER TABLE parts ADD COLUMN number INTEGER;

UPDATE parts SET author_kind = CASE name WHEN 'you' THEN 'us' ELSE 'unknown' END, name = ''
WHERE kind IN ('quote', 'forward') AND name IN ('you', 'somebody');

UPDATE parts SET number = (
    SELECT length(parts.text) - 24 - d.value FROM json_each('[1, 2, 3, 4, 5, 6, 7]') AS d
    WHERE substr(parts.text, -24 - d.value)
        = char(10) || '[cut after ' || (length(parts.text) - 24 - d.value) || ' characters]'
)
WHERE kind = 'file' AND substr(text, -12) = ' characters]';

UPDATE parts SET text = substr(text, 1, number) WHERE kind = 'file' AND number IS NOT NULL;

-- The sentences of notes, while they are looked for; between `ahead` and `behind` stands a file's name.
CREATE TABLE sentences (
    code TEXT NOT NULL,
    ahead TEXT NOT NULL,
    behind TEXT NOT NULL,
    number INTEGER NOT NULL,
    is_named INTEGER NOT NULL
) STRICT;

INSERT INTO sentences (code, ahead, behind, number, is_named) VALUES
    ('file_not_text', '', ' could not be read: it is neither text nor a picture', 0, 1),
    ('file_not_fetched', '', ' could not be fetched', 0, 1),
    ('image_too_large', '', ' could not be read: it is larger than 4 MiB', 4, 1),
    ('image_no_room', 'The model was not shown ', ': it costs more tokens than this request had left', 0, 1),
    ('too_many_files', 'Only the first 5 files were read', '', 5, 0),
    ('quote_withheld', 'the message replied to is by somebody who asked not to be read', '', 0, 0),
    ('says_nothing', 'says nothing but your name', '', 0, 0),
    ('image_not_seen', 'This model does not see pictures', '', 0, 0),
    ('images_refused', 'Pictures were left out, since the model''s server refused a request with them', '', 0, 0);

UPDATE parts SET note = 'legacy', number = 0 WHERE kind = 'note';

UPDATE parts SET
    note = s.code,
    number = s.number,
    name = substr(text, length(s.ahead) + 1, length(text) - length(s.ahead) - length(s.behind)),
    text = ''
FROM sentences AS s
WHERE kind = 'note'
    AND substr(text, 1, length(s.ahead)) = s.ahead
    AND substr(text, length(text) - length(s.behind) + 1) = s.behind
    AND (length(text) > length(s.ahead) + length(s.behind)) = s.is_named;

-- Remarks were stored as they are shown: with a full stop, and a backslash before what is no Markdown.
UPDATE ends SET remarks = (
    SELECT json_group_array(json(coalesce(
        (
            SELECT json_object(
                'code', s.code,
                'name', substr(
                    r.words, length(s.ahead) + 1, length(r.words) - length(s.ahead) - length(s.behind)
                ),
                'limit', s.number,
                'words', ''
            )
            FROM sentences AS s
            WHERE substr(r.words, 1, length(s.ahead)) = s.ahead
                AND substr(r.words, length(r.words) - length(s.behind) + 1) = s.behind
                AND (length(r.words) > length(s.ahead) + length(s.behind)) = s.is_named
        ),
        json_object('code', 'legacy', 'name', '', 'limit', 0, 'words', r.words)
    )))
    FROM (
        SELECT replace(replace(replace(
            substr(value, 1, length(value) - (substr(value, -1) = '.')), '\\', char(1)), '\', ''), char(1), '\'
        ) AS words
        FROM json_each(ends.remarks)
    ) AS r
)
WHERE remarks <> '[]';

DROP TABLE sentences;

-- A question about a message that came without words has none; the words were the form's placeholder.
INSERT INTO parts (turn_id, kind, name, text)
SELECT t.id, 'unworded', '', ''
FROM turns AS t
WHERE t.text = 'What do you make of this?' AND t.question_id IS NULL
    AND EXISTS (SELECT 1 FROM parts AS p WHERE p.turn_id = t.id AND p.kind = 'quote');

UPDATE turns SET text = '' WHERE id IN (SELECT turn_id FROM parts WHERE kind = 'unworded');

-- What memory refused is an error of its own.
UPDATE ends SET error = m.error, details = '{}'
FROM (
    SELECT column1 AS error, column2 AS sentence FROM (VALUES
        ('MemoryLocked', 'I can''t reach my memory right now: another program holds its file. Please try again in a minute.'),
        ('MemoryFull', 'I can''t store anything right now: the disk is full. Whoever runs me needs to make room; please try again then.'),
        ('MemoryReadOnly', 'I can''t store anything right now: the file of my memory is read-only. Whoever runs me needs to make it writable; please try again then.'),
        ('MemoryMoved', 'I can''t store anything right now: the file of my memory was moved or deleted while I was running. Whoever runs me needs to put it back, or start me again.'),
        ('MemoryFailing', 'I can''t reach my memory right now: its disk answers with errors. Please try again in a minute; whoever runs me finds more in the log.'),
        ('MemoryDamaged', 'I can''t read my memory: its file is damaged. Whoever runs me needs to put a copy of it back.')
    )
) AS m
WHERE ends.error = 'MemoryRefused' AND json_extract(ends.details, '$.sentence') = m.sentence;
