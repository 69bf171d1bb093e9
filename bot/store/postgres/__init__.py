"""PostgreSQL in the place of SQLite: its connection and its dialect. Nothing of what the tables mean."""
