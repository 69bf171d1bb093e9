"""What servers take of Chat Completions: how a request is put for them, what they refused; no network."""
