-- Threads that the bot opened: for whom, and which turns of the channel go along: those behind a position, as
-- far as another. They are read where they stand, so that what takes them away there takes them away here.
CREATE TABLE openings (
    thread_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
    opener_id INTEGER,
    after INTEGER NOT NULL,
    up_to INTEGER NOT NULL
) STRICT;

CREATE INDEX openings_by_opener ON openings (opener_id) WHERE opener_id IS NOT NULL;
