"""The store against real SQLite, in memory where the file does not matter."""
