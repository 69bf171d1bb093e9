-- Pictures, each stored once however often it is posted; `newest_turn` is the newest that it was posted in.
CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    newest_turn INTEGER NOT NULL
) STRICT;

-- The bytes in pieces, so that no transaction has to write or delete a whole picture.
CREATE TABLE media_pieces (
    digest BLOB NOT NULL,
    number INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (digest, number)
) STRICT;

-- Of pictures that went, whose pieces go one after the other.
CREATE TABLE media_loose (
    digest BLOB PRIMARY KEY
) STRICT;

CREATE INDEX media_by_age ON media (newest_turn);

-- What all of them take, in one row, since adding sizes up would take the longer the more there are.
CREATE TABLE media_total (
    bytes INTEGER NOT NULL
) STRICT;

INSERT INTO media_total (bytes) VALUES (0);

CREATE TRIGGER media_added AFTER INSERT ON media
BEGIN
    UPDATE media_total SET bytes = bytes + new.size;
END;

CREATE TRIGGER media_deleted AFTER DELETE ON media
BEGIN
    UPDATE media_total SET bytes = bytes - old.size;
    INSERT OR IGNORE INTO media_loose (digest) VALUES (old.digest);
END;

-- A part's own `data` is what was stored before; it is moved while the bot runs, one after the other.
ALTER TABLE parts ADD COLUMN media_id INTEGER REFERENCES media (id) ON DELETE SET NULL;

CREATE INDEX parts_by_media ON parts (media_id) WHERE media_id IS NOT NULL;
CREATE INDEX parts_to_move ON parts (id) WHERE data IS NOT NULL;

CREATE TRIGGER parts_deleted AFTER DELETE ON parts WHEN old.media_id IS NOT NULL
BEGIN
    DELETE FROM media
    WHERE id = old.media_id AND NOT EXISTS (SELECT 1 FROM parts WHERE media_id = old.media_id);
END;
