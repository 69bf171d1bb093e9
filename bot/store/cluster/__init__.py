"""What processes that share a memory tell each other through it, as rows; no decision."""
