-- What a process reads when it takes a shard must not cost by the channels of all others.
CREATE INDEX channels_direct ON channels (id) WHERE guild_id IS NULL;
CREATE INDEX channels_auto ON channels (id) WHERE auto;
