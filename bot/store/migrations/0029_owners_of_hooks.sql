-- Which process was asked: what it leaves where the bot is no member, no shard brings to another one.
ALTER TABLE hooks ADD COLUMN process INTEGER;
