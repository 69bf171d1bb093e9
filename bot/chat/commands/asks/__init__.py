"""Questions that are asked with a command; nothing here knows more of an interaction than id and token."""
