"""What a process does as one of several on one memory. Nothing of it runs where there is but one process."""
