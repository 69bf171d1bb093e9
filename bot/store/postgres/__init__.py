"""PostgreSQL in the place of SQLite: its connection and its SQL. Nothing of what the tables mean."""
