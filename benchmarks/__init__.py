"""What `make bench` runs: the real bot, measured over the playground. No tests."""
