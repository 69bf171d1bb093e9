"""Discord's API and gateway and a model API in miniature, on loopback; imports nothing of the bot.

Start it with `async with Playground() as playground`, point discord.py and the openai client at its
addresses, act as people through `playground.world`, and look into `playground.wire` for the traffic.
"""

from bot.playground.limits import Limits, Window
from bot.playground.people import Person
from bot.playground.server import Playground
from bot.playground.world import World

__all__ = ["Limits", "Person", "Playground", "Window", "World"]
