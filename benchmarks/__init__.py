"""What `make bench` runs: the real bot, measured over the playground, beside what is possible."""
