-- Whose a direct conversation is, so that it can be deleted for them whatever is left in it.

ALTER TABLE channels ADD COLUMN person_id INTEGER;

UPDATE channels SET person_id = coalesce(
    (SELECT t.author_id FROM turns AS t WHERE t.channel_id = channels.id AND t.author_id IS NOT NULL LIMIT 1),
    (SELECT r.actor_id FROM records AS r WHERE r.channel_id = channels.id AND r.actor_id <> 0 LIMIT 1)
)
WHERE guild_id IS NULL;

CREATE INDEX channels_by_person ON channels (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX records_by_actor ON records (actor_id);
