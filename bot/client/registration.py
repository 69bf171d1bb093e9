"""The slash commands as Discord has them: registered at the start where they differ from ours."""

import asyncio
import hashlib
import json
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.chat.memory import Facts
from bot.chat.rights import Action, offered_to
from bot.client.retry import FAILURES, LongWait, is_passing
from bot.errors import MemoryRefused
from bot.rules.waits import back_off

log = logging.getLogger(__name__)

FACT = "commands"
ACTION = "action"  # in a command's extras: what it does
LONGEST_WAIT_SECONDS = 600.0

Described = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


def does(action: Action) -> dict[Any, Any]:
    """Return the extras of a command that does this; its check stands in the use case."""
    return {ACTION: action}


def actions_of(command: Described) -> Sequence[Action]:
    """Return what a command or the commands of a group do."""
    if isinstance(command, app_commands.Group):
        return [action for one in command.commands for action in actions_of(one)]
    return [command.extras[ACTION]]


def _offer(tree: app_commands.CommandTree[Any]) -> None:
    """Have Discord offer each command only to those who may use it, as far as it can tell."""
    for command in tree.get_commands():
        wanted = offered_to(actions_of(command))
        command.default_permissions = discord.Permissions(**dict.fromkeys(wanted, True)) if wanted else None


async def keep_registered(
    tree: app_commands.CommandTree[Any],
    facts: Facts,
    translations: Callable[[], Awaitable[str]],
    chance: Callable[[], float] = random.random,
) -> None:
    """Register the commands where that is needed, however long Discord takes to accept them.

    `translations` tells which words there are of them in other languages.
    """
    _offer(tree)
    known = await translations()
    failures = 0
    while True:
        try:
            await _register(tree, facts, known)
        except (*FAILURES, MemoryRefused) as error:
            if not is_passing(error) and not isinstance(error, LongWait):
                raise
            failures += 1
            seconds = back_off(failures, LONGEST_WAIT_SECONDS, chance())
            log.warning("the commands can't be registered: %r; trying again in %.0f s", error, seconds)
            await asyncio.sleep(seconds)
        else:
            return


async def _register(tree: app_commands.CommandTree[Any], facts: Facts, known: str) -> None:
    """Register the commands if Discord's, or ours, are not what they were after the last time.

    Discord gives a command another id or version when it changes, so nothing else of it has to be compared.
    """
    described = [command.to_dict(tree) for command in tree.get_commands()]
    if await facts.read(FACT) == _digest([known, *described], await _on_discord(tree.client)):
        return
    await tree.sync()
    await facts.write(FACT, _digest([known, *described], await _on_discord(tree.client)))
    log.info("registered %d commands", len(described))


async def _on_discord(client: discord.Client) -> list[tuple[str, str]]:
    commands = await client.http.get_global_commands(client.application_id or 0)
    return sorted((str(one["id"]), str(one["version"])) for one in commands)


def _digest(described: list[Any], on_discord: list[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps([described, on_discord], sort_keys=True).encode()).hexdigest()
