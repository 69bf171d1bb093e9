"""What a request says: who speaks, what is quoted, what fits. No pages, no I/O."""
