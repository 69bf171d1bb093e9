"""The ways to people who asked with a command; no use case."""
