"""What `make bench` runs: the real bot, measured over the playground. No tests, no bounds that fail."""
