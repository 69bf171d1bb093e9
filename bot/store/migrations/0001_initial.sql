-- What a chat needs: channels, their turns, the answers' details, and small facts.
-- Times are microseconds since 1970 in UTC; channel, guild, message and author ids are Discord's.

CREATE TABLE channels (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER,
    parent_id INTEGER
) STRICT;

CREATE INDEX channels_by_guild ON channels (guild_id) WHERE guild_id IS NOT NULL;
CREATE INDEX channels_by_parent ON channels (parent_id) WHERE parent_id IS NOT NULL;

-- A user's message has no question_id; an answer has its question's, even when the question is gone.
-- Ids are never used twice, since positions, cuts and buttons outlive the rows that they name.
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    question_id INTEGER,
    position INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(question_id, id)) VIRTUAL,
    state TEXT NOT NULL,
    message_id INTEGER,
    author_id INTEGER,
    label TEXT NOT NULL DEFAULT '',
    folded_label TEXT,
    tokens INTEGER NOT NULL DEFAULT 0,
    encoding TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    text TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX turns_by_position ON turns (channel_id, position, id);
CREATE INDEX turns_by_age ON turns (channel_id, created_at);
CREATE INDEX turns_by_author ON turns (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX turns_by_label ON turns (channel_id, folded_label, author_id) WHERE folded_label IS NOT NULL;
CREATE INDEX turns_waiting ON turns (id) WHERE state = 'waiting';
CREATE INDEX turns_writing ON turns (id) WHERE state = 'writing';
CREATE UNIQUE INDEX turns_by_message ON turns (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX turns_by_question ON turns (question_id) WHERE question_id IS NOT NULL;

CREATE TABLE answers (
    id INTEGER PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    draft TEXT NOT NULL DEFAULT '',
    completion_id TEXT,
    completion_model TEXT,
    completion_created INTEGER,
    finish_reason TEXT,
    refusal TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    cached_tokens INTEGER,
    own_count INTEGER,
    first_chunk_ms INTEGER,
    extra TEXT
) STRICT;

CREATE INDEX answers_not_shown ON answers (id) WHERE draft <> '';

-- The Discord messages that show an answer, in order.
CREATE TABLE answer_messages (
    message_id INTEGER PRIMARY KEY,
    answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    place INTEGER NOT NULL
) STRICT;

CREATE INDEX answer_messages_in_order ON answer_messages (answer_id, place);

CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
