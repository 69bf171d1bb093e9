-- One row for each request to a model: its id is when it was sent, in microseconds since 1970, made unique.
-- Rows outlive what was asked and whoever asked: then they are numbers without a person. A price that nobody
-- knows is null; prices are in millionths of a dollar.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    person_id INTEGER,
    channel_id INTEGER,
    guild_id INTEGER,
    purpose TEXT NOT NULL,
    model TEXT NOT NULL,
    server TEXT NOT NULL,
    result TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    micros INTEGER,
    estimated INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_by_person ON ledger (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX ledger_by_guild ON ledger (guild_id, id) WHERE guild_id IS NOT NULL;
CREATE INDEX ledger_by_channel ON ledger (channel_id, id) WHERE channel_id IS NOT NULL;

-- Up to which row of the ledger an erasure takes the person out.
ALTER TABLE erasures ADD COLUMN entry_id INTEGER NOT NULL DEFAULT 0;
