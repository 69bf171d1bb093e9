"""The first start, asked step by step in a terminal.

What a setting means stands in `bot.settings`, and nothing is checked twice.
"""
