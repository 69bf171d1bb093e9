"""Who is let in, as guilds set it, in the database. Nothing is decided here."""
