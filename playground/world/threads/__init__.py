"""What people and bots do with threads: open, rename, archive, lock them; nobody does what they may not."""
