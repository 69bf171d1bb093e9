"""Answers to commands, shown through the webhook of an interaction; no pace, no text."""
