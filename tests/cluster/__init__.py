"""Several processes on one memory."""
