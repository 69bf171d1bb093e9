-- When people last had their words deleted: what they said before is not read back from Discord.
CREATE TABLE forgotten (
    user_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;
