"""Discord's API and gateway and a model API in miniature, on loopback; imports nothing of the bot.

Start it with `async with Playground() as playground`, point discord.py and the openai client at its
addresses, act as people through `playground.world`, and look into `playground.wire` for the traffic.
"""

from playground.discord.limits import Limits, Quota
from playground.server import Playground
from playground.world.people import Person
from playground.world.world import World

__all__ = ["Limits", "Person", "Playground", "Quota", "World"]
