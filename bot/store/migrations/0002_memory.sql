-- The memory in its people's hands: what belongs to a turn, cuts, settings, resets, records, wishes.

ALTER TABLE channels ADD COLUMN joined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN summary TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN persona TEXT;
ALTER TABLE channels ADD COLUMN model TEXT;
ALTER TABLE channels ADD COLUMN auto INTEGER;
ALTER TABLE channels ADD COLUMN retention_days INTEGER;

-- Until now only what was addressed to the bot was stored.
UPDATE channels SET joined = EXISTS (SELECT 1 FROM turns WHERE turns.channel_id = channels.id);

CREATE TABLE guilds (
    id INTEGER PRIMARY KEY,
    persona TEXT,
    model TEXT,
    auto INTEGER,
    retention_days INTEGER
) STRICT;

CREATE TABLE parts (
    id INTEGER PRIMARY KEY,
    turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    message_id INTEGER,
    author_id INTEGER,
    name TEXT NOT NULL,
    media_type TEXT,
    width INTEGER,
    height INTEGER,
    text TEXT NOT NULL,
    data BLOB
) STRICT;

CREATE INDEX parts_by_turn ON parts (turn_id);
CREATE INDEX parts_by_message ON parts (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX parts_by_author ON parts (author_id) WHERE author_id IS NOT NULL;

-- Ids are never used twice: an old Undo button must not undo a newer reset. `gone`: its turns are being deleted.
CREATE TABLE resets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    guild_id INTEGER,
    parent_id INTEGER,
    guild_wide INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    at INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a reset took from each channel beside its turns.
CREATE TABLE reset_channels (
    reset_id INTEGER NOT NULL REFERENCES resets (id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    cut INTEGER NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (reset_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reset_channels_by_channel ON reset_channels (channel_id);

ALTER TABLE turns ADD COLUMN reset_id INTEGER REFERENCES resets (id);

-- What counts as history: not reset, and not an answer in which nothing was said.
DROP INDEX turns_by_position;
CREATE INDEX turns_by_position ON turns (channel_id, position, id)
    WHERE reset_id IS NULL AND (question_id IS NULL OR text <> '');
CREATE INDEX turns_by_reset ON turns (reset_id) WHERE reset_id IS NOT NULL;
CREATE INDEX turns_that_answer ON turns (channel_id, position)
    WHERE question_id IS NOT NULL AND reset_id IS NULL;

CREATE VIEW history AS
SELECT
    id,
    channel_id,
    position,
    question_id,
    state,
    coalesce(
        message_id,
        (SELECT m.message_id FROM answer_messages AS m WHERE m.answer_id = turns.id ORDER BY m.place LIMIT 1)
    ) AS message_id,
    author_id,
    label,
    text,
    tokens,
    encoding,
    created_at
FROM turns
WHERE reset_id IS NULL AND (question_id IS NULL OR text <> '');

-- An answer with its question, its place and its messages.
CREATE VIEW answer_cards AS
SELECT
    a.id,
    t.channel_id,
    c.guild_id,
    c.parent_id,
    t.question_id,
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
    NOT EXISTS (
        SELECT 1 FROM turns AS n
        WHERE n.channel_id = t.channel_id AND n.position > t.position
            AND n.question_id IS NOT NULL AND n.reset_id IS NULL
    ) AS is_newest,
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

-- Who changed what: for a whole guild where no channel is named.
CREATE TABLE records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    guild_id INTEGER,
    channel_id INTEGER REFERENCES channels (id) ON DELETE CASCADE,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX records_by_channel ON records (channel_id, id);
CREATE INDEX records_by_guild ON records (guild_id, id);

-- People who asked not to be listened to.
CREATE TABLE ignored (
    user_id INTEGER PRIMARY KEY
) STRICT;
