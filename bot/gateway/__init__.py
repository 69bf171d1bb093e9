"""The connection to Discord: finding the gateway, opening sessions, getting back what was lost.

Nothing that reads or answers a message.
"""
