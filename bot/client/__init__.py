"""discord.py's client as this bot runs it: events, registered commands, reported failures, repeated requests.

No connection to the gateway, nothing of how an answer or a command is shown.
"""
