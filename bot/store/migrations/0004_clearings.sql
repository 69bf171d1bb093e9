-- What is large is marked at once and moved later: a reset, a place that went and a person's deletion are one
-- row each, which every read honours, whatever there is to take.

-- A reset, or a departure (`departed`): hides its place's turns up to a position. `up_to` is NULL while it is
-- prepared; with `per_channel` each channel's own stands in cleared_channels. `undone`: the newest clearing
-- there was when it was undone. `gone`: can't be undone; its turns are being deleted, with a departure also
-- the place's records up to `record_id`.
ALTER TABLE resets RENAME TO clearings;
ALTER TABLE clearings ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clearings ADD COLUMN per_channel INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clearings ADD COLUMN up_to INTEGER;
ALTER TABLE clearings ADD COLUMN record_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clearings ADD COLUMN undone INTEGER;

CREATE INDEX clearings_by_channel ON clearings (channel_id);
CREATE INDEX clearings_by_guild ON clearings (guild_id) WHERE guild_id IS NOT NULL;
CREATE INDEX clearings_that_departed ON clearings (id) WHERE departed;

CREATE TABLE cleared_channels (
    clearing_id INTEGER NOT NULL REFERENCES clearings (id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    up_to INTEGER NOT NULL,
    PRIMARY KEY (clearing_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cleared_channels_by_channel ON cleared_channels (channel_id);

-- A channel's cut holds as long as the newest clearing of the channel is the one that it was made under (0 is
-- none, or one that is over), so that neither a reset nor its undo has to touch it.
CREATE TABLE cuts (
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    clearing_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (channel_id, clearing_id)
) STRICT, WITHOUT ROWID;

-- What was reset before: where an older reset was undone beneath a newer one, what stood above comes back.
INSERT INTO cleared_channels (clearing_id, channel_id, up_to)
SELECT h.reset_id, h.channel_id, min(h.newest, coalesce(v.oldest - 1, h.newest))
FROM (
    SELECT reset_id, channel_id, max(position) AS newest FROM turns WHERE reset_id IS NOT NULL GROUP BY 1, 2
) AS h
LEFT JOIN (
    SELECT channel_id, min(position) AS oldest FROM turns WHERE reset_id IS NULL GROUP BY 1
) AS v ON v.channel_id = h.channel_id;

UPDATE clearings SET per_channel = 1, up_to = 0;

INSERT INTO cuts (channel_id, clearing_id, position, summary)
SELECT
    r.channel_id,
    coalesce(
        (
            SELECT max(b.reset_id) FROM reset_channels AS b
            WHERE b.channel_id = r.channel_id AND b.reset_id < r.reset_id
        ),
        0
    ),
    r.cut,
    r.summary
FROM reset_channels AS r
WHERE r.cut > 0;

INSERT INTO cuts (channel_id, clearing_id, position, summary)
SELECT
    c.id,
    coalesce((SELECT max(r.reset_id) FROM reset_channels AS r WHERE r.channel_id = c.id), 0),
    c.cut,
    c.summary
FROM channels AS c
WHERE c.cut > 0;

DROP TABLE reset_channels;
DROP VIEW history;
DROP VIEW answer_cards;
DROP INDEX turns_by_position;
DROP INDEX turns_by_reset;
DROP INDEX turns_that_answer;
DROP INDEX turns_by_author;
ALTER TABLE turns DROP COLUMN reset_id;
ALTER TABLE channels DROP COLUMN cut;
ALTER TABLE channels DROP COLUMN summary;

-- What counts as history, but for what is cleared: not an answer in which nothing was said. Counting needs
-- the index alone.
CREATE INDEX turns_by_position ON turns (channel_id, position, id, tokens)
    WHERE question_id IS NULL OR text <> '';
CREATE INDEX turns_that_answer ON turns (channel_id, position) WHERE question_id IS NOT NULL;
CREATE INDEX turns_that_ask ON turns (channel_id, position) WHERE state IN ('waiting', 'answered');
CREATE INDEX turns_by_author ON turns (author_id, channel_id, id) WHERE author_id IS NOT NULL;

-- People whose words are being deleted: their turns and the copies of them up to these ids.
CREATE TABLE erasures (
    user_id INTEGER PRIMARY KEY,
    turn_id INTEGER NOT NULL,
    part_id INTEGER NOT NULL
) STRICT;

-- The newest departure of it or its guild that a channel came back after.
ALTER TABLE channels ADD COLUMN departure INTEGER NOT NULL DEFAULT 0;

-- Which clearings reach which channels; a channel's departure reaches its threads.
CREATE VIEW reaches AS
SELECT
    c.id AS channel_id,
    r.id,
    CASE WHEN r.per_channel THEN coalesce(k.up_to, 0) ELSE r.up_to END AS up_to,
    r.undone,
    r.departed,
    r.departed AND r.id > c.departure AS is_away
FROM channels AS c
JOIN clearings AS r
    ON (r.channel_id = c.id AND NOT r.guild_wide)
    OR (r.channel_id = c.parent_id AND NOT r.guild_wide AND r.departed)
    OR (r.guild_id = c.guild_id AND r.guild_wide)
LEFT JOIN cleared_channels AS k ON k.clearing_id = r.id AND k.channel_id = c.id
WHERE r.up_to IS NOT NULL;

-- The channels that are there: of one that went, a row may stand until all that it holds is deleted.
CREATE VIEW places AS
SELECT id, guild_id, parent_id, joined, persona, model, auto, retention_days
FROM channels
WHERE NOT EXISTS (
    SELECT 1 FROM clearings AS d
    WHERE d.departed AND d.id > channels.departure AND (
        (d.channel_id = channels.id AND NOT d.guild_wide)
        OR (d.channel_id = channels.parent_id AND NOT d.guild_wide)
        OR (d.guild_id = channels.guild_id AND d.guild_wide)
    )
);

-- What was said, but for what is being deleted for its author.
CREATE VIEW known_turns AS
SELECT
    id,
    channel_id,
    position,
    question_id,
    state,
    message_id,
    author_id,
    label,
    text,
    tokens,
    encoding,
    created_at
FROM turns
WHERE NOT EXISTS (
    SELECT 1 FROM erasures AS e WHERE e.user_id = turns.author_id AND turns.id <= e.turn_id
);

CREATE VIEW history AS
SELECT
    id,
    channel_id,
    position,
    question_id,
    state,
    coalesce(
        message_id,
        (SELECT m.message_id FROM answer_messages AS m WHERE m.answer_id = t.id ORDER BY m.place LIMIT 1)
    ) AS message_id,
    author_id,
    label,
    text,
    tokens,
    encoding,
    created_at
FROM known_turns AS t
WHERE question_id IS NULL OR text <> '';

-- An answer with its question, its place and its messages.
CREATE VIEW answer_cards AS
SELECT
    a.id,
    t.channel_id,
    c.guild_id,
    c.parent_id,
    t.question_id,
    t.position,
    q.message_id AS question_message_id,
    q.author_id AS asker_id,
    t.state,
    t.text,
    t.created_at,
    a.draft,
    (
        SELECT json_group_array(o.message_id)
        FROM (SELECT m.message_id FROM answer_messages AS m WHERE m.answer_id = a.id ORDER BY m.place) AS o
    ) AS message_ids,
    a.model,
    a.completion_id,
    a.completion_model,
    a.completion_created,
    a.finish_reason,
    a.refusal,
    a.prompt_tokens,
    a.completion_tokens,
    a.cached_tokens,
    a.own_count,
    a.first_chunk_ms,
    a.extra
FROM answers AS a
JOIN turns AS t ON t.id = a.id
JOIN channels AS c ON c.id = t.channel_id
LEFT JOIN turns AS q ON q.id = t.question_id;

-- What was done to a whole guild, read without what was done in each of its channels.
CREATE INDEX records_of_guild ON records (guild_id, id) WHERE channel_id IS NULL;
