"""How processes that share a database coordinate through its rows; no decision."""
