-- What a model's server does not take, learned from its refusals.
CREATE TABLE lessons (
    server TEXT NOT NULL,
    model TEXT NOT NULL,
    about TEXT NOT NULL,
    value TEXT NOT NULL,
    why TEXT NOT NULL,
    learned_at INTEGER NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (server, model, about)
) STRICT, WITHOUT ROWID;
