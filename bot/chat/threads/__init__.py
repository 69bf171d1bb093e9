"""Threads that the bot opens: where one may be, for whom, and what goes along; nothing here answers."""
