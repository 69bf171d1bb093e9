"""Places that Discord does not know: conversations of one person alone, beside a channel."""
