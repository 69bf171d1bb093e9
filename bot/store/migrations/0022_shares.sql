-- What each process holds of a limit that all of them share, until when, and what it would use if there were enough.
CREATE TABLE shares (
    limited TEXT NOT NULL,
    process INTEGER NOT NULL,
    share INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (limited, process)
) STRICT, WITHOUT ROWID;
