"""The commands, menus and buttons as Discord gets them, as the page that lists them.

`python -m tests.commands > docs/commands.md` writes it anew; `tests/test_docs.py` holds it to the code.
"""

import asyncio
import inspect
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from discord import AppCommandType, app_commands

from bot.chat.rights import NEEDS, OF_OWNERS, OF_THE_ASKER, SERVER_WIDE, Action
from bot.client.bot import ParleyBot
from bot.client.registration import actions_of
from bot.ui.commands.buttons import BUTTONS, ThreadButton
from bot.ui.commands.dialogs import StoredButton
from bot.ui.home.followed import EverythingButton, QuietButton
from tests.support.room import open_room

INTRODUCTION = """\
# Commands

Made by `python -m tests.commands` from what is registered with Discord. **Who** is checked where a command
is used; Discord lists it for those who hold the permission, which a server's admins can change under
Integrations. Owners of the bot may use all of them, and in a direct message everything is one's own
([who may do what](access.md)).

Threads inherit what is set from their channel, channels from their server, and that from
[the owner's settings](settings.md). `/config` shows all of it in one view.
"""
SECTIONS = {"cogs.members": "For members", "cogs.admins": "For those who manage a channel or a server"}
MENUS = """\
## In a message's menu

It opens with a right click on the message, or a long press on a phone, under Apps.

| menu | who | what it does |
|---|---|---|
"""
OF_OPENERS = (Action.START_AFRESH, Action.QUIET_THREAD)
IN_THREADS = """\
## In a thread that the bot answers

| button | who | what it does |
|---|---|---|
"""
UNDER_ANSWERS = """\
## Under an answer

| button | who | what it does |
|---|---|---|
"""


def who(action: Action) -> str:
    """Return who may do something, as the table of rights says."""
    if action in OF_OWNERS:
        return "owners"
    named = ", ".join(str(one.label) for one in NEEDS[action]) or "everyone"
    if action in SERVER_WIDE:
        return f"{named}; {who(SERVER_WIDE[action])} for `scope: server`"
    theirs = "whoever opened the thread" if action in OF_OPENERS else "whoever asked"
    return f"{theirs}; {named}" if action in OF_THE_ASKER else named


def page(tree: app_commands.CommandTree[ParleyBot]) -> str:
    """Return docs/commands.md for the commands of a bot."""
    slash = sorted(
        (one for one in tree.walk_commands() if isinstance(one, app_commands.Command)),
        key=lambda one: one.qualified_name,
    )
    menus = tree.get_commands(type=AppCommandType.message)
    return "\n".join(
        [
            INTRODUCTION,
            *(_section(heading, _of(room, slash)) for room, heading in SECTIONS.items()),
            MENUS + _rows((f"**{one.name}**", who(*actions_of(one)), _does(one.callback)) for one in menus),
            UNDER_ANSWERS + _buttons(BUTTONS),
            IN_THREADS + _buttons((QuietButton, EverythingButton)),
        ]
    )


def names(tree: app_commands.CommandTree[ParleyBot]) -> set[str]:
    """Return the slash commands and their groups, as people write them."""
    return {f"/{one.qualified_name}" for one in tree.walk_commands()}


def _of(room: str, slash: Iterable[app_commands.Command[Any, ..., Any]]) -> Iterator[tuple[str, ...]]:
    for one in slash:
        if str(one.module).startswith(room):
            options = "<br>".join(map(_option, one.parameters)) or "–"
            yield f"`/{one.qualified_name}`", who(*actions_of(one)), str(one.description), options


def _option(one: app_commands.Parameter) -> str:
    """Return an option's name with what it is for and between what it may be."""
    choices = ", ".join(f"`{choice.value}`" for choice in one.choices)
    what = f"{one.description}: {choices}" if choices and ":" not in str(one.description) else one.description
    return f"`{one.display_name}`{'' if one.required else ' (optional)'}: {what}"


def _section(heading: str, rows: Iterable[tuple[str, ...]]) -> str:
    return f"## {heading}\n\n| command | who | what it does | options |\n|---|---|---|---|\n{_rows(rows)}"


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    bars = str.maketrans({"|": r"\|"})
    return "".join(f"| {' | '.join(cell.translate(bars) for cell in row)} |\n" for row in rows)


def _buttons(buttons: Iterable[type[StoredButton]]) -> str:
    return _rows((f"**{one.label}**", who(_needed(one)), _does(one)) for one in buttons)


def _needed(button: type[StoredButton]) -> Action:
    """Return what somebody does who presses a button."""
    if issubclass(button, QuietButton):
        return Action.QUIET_THREAD
    return Action.OPEN_THREAD if button is ThreadButton else Action.CONTROL_ANSWER


def _does(what: Any) -> str:
    """Return the first sentence of what something says of itself in the code."""
    return (inspect.getdoc(what) or "").partition("\n")[0].rstrip(".")


async def _print() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_room(Path(folder)) as room:
            sys.stdout.write(page(room.app.bot.tree))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    asyncio.run(_print())
