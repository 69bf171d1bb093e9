"""Threads on Discord: opened, named and looked up; whether one is to be opened is not decided here."""
