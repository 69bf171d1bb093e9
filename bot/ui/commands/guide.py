"""Help as people read it: what one can do here, what holds here, and the commands that one may use. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord

from bot.chat.commands.guide import Here
from bot.texts import guide
from bot.texts.languages.figures import several
from bot.ui.commands.settings import held_of

MOST_PAGE = 1_900  # characters: all that an owner may use fits, on a phone in a few screens


@dataclass(frozen=True, slots=True)
class Offered:
    """A command that somebody may use: the words after its slash, or a menu's label, and what it is for."""

    name: str
    about: str
    is_menu: bool = False


def pages(here: Here, offered: Sequence[Offered], *, is_dm: bool, limited: bool) -> list[discord.Embed]:
    """Return what /help shows, a page at a time."""
    in_server = guide.IN_SERVER if here.hears_all else guide.BY_MENTIONS
    said = [
        *map(str, guide.DIRECTLY if is_dm else in_server),
        *([guide.DOCS.format(link=here.link)] if here.link else []),
        "",
        f"**{guide.HERE}**",
        *_held(here),
        *([] if here.writes else [str(guide.CANT_WRITE)]),
        *([] if is_dm else [str(guide.LIMITED if limited else guide.FOR_ALL)]),
        "",
        f"**{guide.COMMANDS}**",
        *_commands(offered),
    ]
    menus = [f"**{one.name}**" for one in offered if one.is_menu]
    if menus:
        said.append(guide.MENUS.format(names=several(menus)))
    return [
        discord.Embed(title=guide.TITLE if not at else guide.GOES_ON, description=text)
        for at, text in enumerate(_paged(said))
    ]


def _held(here: Here) -> Iterable[str]:
    for name, held in (("model", here.model), ("auto", here.auto), ("retention_days", here.retention)):
        if held is not None:
            yield str(held_of(name, held))
    if here.persona is not None:
        yield str(guide.PERSONA if here.persona.value else guide.NO_PERSONA)


def _commands(offered: Sequence[Offered]) -> Iterable[str]:
    """Yield a line for each command; those of a group share one, under the group's own words."""
    groups: dict[str, list[str]] = {}
    about: dict[str, str] = {}
    for one in offered:
        if not one.is_menu:
            name, _, verb = one.name.partition(" ")
            groups.setdefault(name, []).append(verb)
            about[name] = one.about
    for name, verbs in groups.items():
        yield guide.COMMAND.format(name=f"/{name} {' · '.join(verbs)}".strip(), about=about[name])


def _paged(lines: Iterable[str]) -> Iterable[str]:
    page: list[str] = []
    for line in lines:
        if page and sum(map(len, page)) + len(page) + len(line) > MOST_PAGE:
            yield "\n".join(page)
            page = []
        page.append(line)
    yield "\n".join(page)
