"""Parley: a Discord bot that one can talk to in any channel."""
