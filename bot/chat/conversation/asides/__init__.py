"""Answers to what people ask for themselves, which can be shown for a while only."""
