-- What a person whose data was deleted has spent of a limit: under a keyed hash, until the limit's period ends.
CREATE TABLE kept_sums (
    hash TEXT NOT NULL,
    since INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (hash, since)
) STRICT, WITHOUT ROWID;
