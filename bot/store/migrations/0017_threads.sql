-- Whether answers lead into threads: off, offer or always.
ALTER TABLE channels ADD COLUMN threads TEXT;
ALTER TABLE guilds ADD COLUMN threads TEXT;

DROP VIEW places;
CREATE VIEW places AS
SELECT id, guild_id, parent_id, joined, persona, model, auto, retention_days, recent, threads
FROM channels
WHERE NOT EXISTS (
    SELECT 1 FROM clearings AS d
    WHERE d.departed AND d.id > channels.departure AND (
        (d.channel_id = channels.id AND NOT d.guild_wide)
        OR (d.channel_id = channels.parent_id AND NOT d.guild_wide)
        OR (d.guild_id = channels.guild_id AND d.guild_wide)
    )
);
