"""What the self-hoster sets, read once at the start. Nothing here acts on it."""
