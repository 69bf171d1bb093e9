-- Who and what a guild's managers allow or deny: users, roles and channels, each on one list.
CREATE TABLE access (
    guild_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (guild_id, kind, id)
) STRICT, WITHOUT ROWID;
