-- What requests have spent in a period of the calendar, those under way by the most that they can take: by a person, in
-- a guild, by a person in a guild, in all (0: any). There are rows for what limits count; the ledger tells the rest.
CREATE TABLE spent (
    person_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    per TEXT NOT NULL,
    since INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (person_id, guild_id, per)
) STRICT, WITHOUT ROWID;

-- Which process made a request; one that is under way is waited for as long as its process lives.
ALTER TABLE ledger ADD COLUMN process INTEGER;
CREATE INDEX ledger_under_way ON ledger (id) WHERE result = 'sent';
