-- What processes that share one memory have agreed on and drawn; none do that share a file.
CREATE TABLE cluster (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    shards INTEGER,
    drawn INTEGER NOT NULL DEFAULT 0,
    starts_left INTEGER,
    day_ends_at INTEGER
) STRICT;
INSERT INTO cluster (id) VALUES (1);

-- The processes that live, each until then unless it says so again; one that is leaving takes no more shards.
CREATE TABLE processes (id INTEGER PRIMARY KEY, until INTEGER NOT NULL, leaving INTEGER NOT NULL DEFAULT 0) STRICT;

-- Who holds each shard, for as long as that process lives; the fence is drawn whenever it is taken, and so rises.
CREATE TABLE shards (number INTEGER PRIMARY KEY, holder INTEGER, fence INTEGER NOT NULL DEFAULT 0) STRICT;

-- When the next session of a group of shards may be started, and who is starting one.
CREATE TABLE gates (number INTEGER PRIMARY KEY, free_at INTEGER NOT NULL, holder INTEGER) STRICT;
