"""Processes that share what there is once."""
