"""Use cases: asynchronous, but only through the ports."""
