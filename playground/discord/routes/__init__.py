"""What each REST route does, a module per part of Discord's API, and the table of them all. No HTTP."""

from playground.discord.calls import Route
from playground.discord.routes import account, channels, commands, interactions, messages, reactions

__all__ = ["ROUTES"]

ROUTES: list[Route] = [
    *account.ROUTES,
    *commands.ROUTES,
    *messages.ROUTES,
    *reactions.ROUTES,
    *channels.ROUTES,
    *interactions.ROUTES,
]
