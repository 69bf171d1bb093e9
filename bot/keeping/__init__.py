"""The command line beside the bot: looked after are its settings, its database and the way to its servers.

What the bot does while it runs does not belong here.
"""
