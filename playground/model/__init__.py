"""A model's API: scripts, streams, the offline stand-in. No Discord."""
