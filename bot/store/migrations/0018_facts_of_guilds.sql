-- Facts that go with a guild which the bot leaves: where its notices go, and of which limits it was told.
ALTER TABLE facts ADD COLUMN guild_id INTEGER;
UPDATE facts SET guild_id = CAST(substr(name, length('notices channel of ') + 1) AS INTEGER)
WHERE name LIKE 'notices channel of %';
UPDATE facts SET guild_id = CAST(substr(name, length('told of the server''s limit ') + 1) AS INTEGER)
WHERE name LIKE 'told of the server''s limit %';
