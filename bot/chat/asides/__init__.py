"""How answers reach people who asked with a command: by the interaction's webhook; no use case."""
