-- What those who manage a guild allow to be spent there: by all of it, by each person, by those with a role.
CREATE TABLE limits (
    guild_id INTEGER NOT NULL,
    whose TEXT NOT NULL,
    role_id INTEGER NOT NULL DEFAULT 0,
    amount INTEGER NOT NULL,
    unit TEXT NOT NULL,
    per TEXT NOT NULL,
    PRIMARY KEY (guild_id, whose, role_id)
) STRICT, WITHOUT ROWID;
