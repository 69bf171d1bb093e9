"""The memory on disk: SQL has its only home here."""
