"""The view as people read it: all that holds in a place, or one row of it with what changes it. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import discord

from bot.chat.commands.config import Overview
from bot.chat.commands.settings import Source
from bot.rules.admission.access import Kind, Listed
from bot.rules.literal import literal
from bot.rules.spending.bounds import in_words
from bot.texts import bounds, config
from bot.texts.languages.figures import named, several
from bot.texts.languages.spoken import language
from bot.ui.commands import lists, usage
from bot.ui.commands.render import titled
from bot.ui.config.rows import ROWS, Choice, Row, source_of
from bot.ui.config.steps import Step, What, mark

MOST_OPTIONS = 25  # of a menu, by Discord
OF_SERVER, OF_PERSON = 0, 1  # whose limit a form asks for; beyond, a role's id
MODES = ("allow", "deny", "unlist")  # what a selection does on the page of the lists


class Of(Enum):
    """What a menu offers: options of its own, or what there is in the server."""

    OPTIONS = auto()
    WHO = auto()  # people and roles
    ROLES = auto()
    CHANNELS = auto()


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu, and which of its options holds."""

    step: Step
    placeholder: str
    options: Sequence[Choice] = ()
    chosen: str | None = None
    of: Of = Of.OPTIONS


@dataclass(frozen=True, slots=True)
class Press:
    """A button."""

    step: Step
    label: str
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


@dataclass(frozen=True, slots=True)
class Panel:
    """The message that the view is: an embed, and menus above buttons."""

    embed: discord.Embed
    menus: Sequence[Menu]
    buttons: Sequence[Press]


@dataclass(frozen=True, slots=True)
class Lack:
    """The permissions that the bot lacks in a place, and the link that asks for all of them."""

    permissions: Sequence[str] = ()
    link: str = ""


def overview(seen: Overview, lack: Lack) -> Panel:
    """Show all that holds, what the bot lacks there, and a menu of what may be changed."""
    there = [row for row in ROWS.values() if row.is_there(seen)]
    lines = [
        config.ROW.format(name=str(row.label), source=source_of(said.source, seen), value=said.value)
        for row in there
        for said in row.said(seen)
    ]
    if lack.permissions:
        lines.append(config.LACKS.format(permissions=several(lack.permissions), link=lack.link))
    may = [Choice(row.name, str(row.label)) for row in there if row.may_change(seen)]
    if not may:
        lines.append(str(config.NOTHING_TO_CHANGE))
    title = str(config.TITLE_SERVER) if seen.guild_wide else str(config.TITLE_HERE)
    menu = Menu(Step(What.ROW, seen.guild_wide), str(config.CHANGE), may)
    return Panel(
        titled(title, "\n".join(lines)),
        [menu] if may else [],
        [*_offered_language(seen), *_other_scope(seen)],
    )


def _other_scope(seen: Overview) -> Iterator[Press]:
    if not seen.may_manage:
        return
    label = _here(seen) if seen.guild_wide else str(config.FOR_SERVER)
    yield Press(Step(What.ALL, not seen.guild_wide), label)


def _offered_language(seen: Overview) -> Iterator[Press]:
    """Offer the reader's language to who sets up a server that is spoken to in another one."""
    row = ROWS["language"]
    if seen.guild_wide and row.may_change(seen) and seen.held[row.name].value != language():
        step = Step(What.SPEAK, seen.guild_wide, row.name, mark=shown_mark(seen, row))
        yield Press(step, config.SPEAK.format(language=named(language())), discord.ButtonStyle.primary)


def _here(seen: Overview) -> str:
    return str(config.FOR_THREAD if seen.key.is_thread else config.FOR_HERE)


def detail(seen: Overview, row: Row, page: int = 0, gone: Collection[Listed] = ()) -> Panel:
    """Show one row with what changes it; `gone` are roles and channels that nobody can select any more."""
    embed = titled(_title(seen, row), _described(seen, row))
    here = Step(What.OPEN, seen.guild_wide, row.name, page, shown_mark(seen, row))
    menus, buttons = {"access": _access, "limits": _limits}.get(row.name, _setting)(seen, here)
    if some := [Choice(value_of(one), _named(seen, row, one)) for one in gone_from(seen, row, gone)]:
        menus.append(Menu(_to(here, What.GONE, page), str(config.TAKE_OFF_GONE), some[:MOST_OPTIONS]))
    return Panel(embed, menus, [*buttons, Press(Step(What.ALL, seen.guild_wide), str(config.BACK))])


def value_of(one: Listed) -> str:
    """Return what an option for something sends back: an old server's role and channel may share their id."""
    return f"{one.kind}:{one.id}"


def gone_from(seen: Overview, row: Row, gone: Collection[Listed]) -> Sequence[Listed]:
    """Return what a row still names of that."""
    of_limits = {Listed(Kind.ROLE, id_) for id_ in seen.limits.roles}
    named = {"access": seen.lists.allowed | seen.lists.denied, "limits": of_limits}.get(row.name, ())
    return sorted((one for one in gone if one in named), key=lambda one: one.id)


def _named(seen: Overview, row: Row, one: Listed) -> str:
    if row.name == "limits":
        return bounds.ROLE_DELETED.format(limit=in_words(seen.limits.roles[one.id]))
    return config.GONE[one.kind].format(id=one.id)


def _title(seen: Overview, row: Row) -> str:
    """Name a row, and where a change of it holds."""
    name = str(row.label)
    if seen.key.is_dm:
        return name
    scope = config.FOR_SERVER if seen.guild_wide or row.of_server else _here(seen)
    return config.ROW_TITLE.format(name=name, scope=scope)


def shown_mark(seen: Overview, row: Row) -> str:
    """Return what stands for what a row shows; where it is another, somebody has changed it since."""
    return mark(_described(seen, row))


def _described(seen: Overview, row: Row) -> str:
    return "\n\n".join((str(row.about), *_held(seen, row)))


def _held(seen: Overview, row: Row) -> Iterator[str]:
    guild_id = seen.key.guild_id or 0
    if row.name == "access":
        yield lists.shown(seen.lists, guild_id, house=seen.house_lists).description or ""
        return
    for said in row.said(seen):
        value = said.value
        if row.name == "persona":
            value = literal(seen.held["persona"].value or "") or value
        if row.name == "limits" and said.source is Source.SERVER:
            value = usage.limits(seen.limits).description or ""
        yield config.HOLDS.format(value=value, source=source_of(said.source, seen))
    if row.name == "model" and seen.why_only_one:
        yield seen.why_only_one


Parts = tuple[list[Menu], list[Press]]


def _to(here: Step, what: What, page: int = 0) -> Step:
    return Step(what, here.guild_wide, here.row, page, here.mark)


def _setting(seen: Overview, here: Step) -> Parts:
    row = ROWS[here.row]
    choices, buttons = row.choices(seen), []
    first = min(here.page, (len(choices) - 1) // MOST_OPTIONS) * MOST_OPTIONS if choices else 0
    some = choices[first : first + MOST_OPTIONS]
    chosen = next((one.value for one in some if _holds(seen, row, one)), None)
    menus = [Menu(_to(here, What.PICK), str(config.PICK), some, chosen)] if some else []
    if first:
        buttons.append(Press(_to(here, What.OPEN, first // MOST_OPTIONS - 1), str(config.PREVIOUS)))
    if first + MOST_OPTIONS < len(choices):
        buttons.append(Press(_to(here, What.OPEN, first // MOST_OPTIONS + 1), str(config.NEXT)))
    if row.most or row.name == "persona":
        label = str(config.WRITE if row.name == "persona" else config.OTHER)
        buttons.append(Press(_to(here, What.FORM), label))
    if row.is_own(seen):
        buttons.append(Press(_to(here, What.CLEAR), str(config.TO_DEFAULT)))
    return menus, buttons


def _holds(seen: Overview, row: Row, choice: Choice) -> bool:
    if row.name == "notices":
        return seen.notices == (seen.key.channel_id if row.read(choice.value) else None)
    value = seen.held[row.name].value
    return bool(row.read(choice.value) == (value or 0) if row.most else row.read(choice.value) == value)


def _access(seen: Overview, here: Step) -> Parts:
    page = here.page if here.page < len(MODES) else 0
    mode = MODES[page]
    menus = [
        Menu(_to(here, What.LIST, page), str(config.WHOM[mode]), of=Of.WHO),
        Menu(_to(here, What.PLACE, page), str(config.WHERE[mode]), of=Of.CHANNELS),
    ]
    labels = (str(config.MODE_ALLOW), str(config.MODE_DENY), str(config.MODE_UNLIST))
    buttons = [
        Press(_to(here, What.OPEN, number), label) for number, label in enumerate(labels) if number != page
    ]
    if seen.lists.allowed or seen.lists.denied:
        buttons.append(Press(_to(here, What.CLEAR), str(config.EMPTY_LISTS), discord.ButtonStyle.danger))
    return menus, buttons


def _limits(_: Overview, here: Step) -> Parts:
    buttons = [
        Press(_to(here, What.FORM, OF_SERVER), str(config.LIMIT_OF_SERVER)),
        Press(_to(here, What.FORM, OF_PERSON), str(config.LIMIT_OF_PERSON)),
    ]
    return [Menu(_to(here, What.ROLE), str(config.LIMIT_OF_ROLE), of=Of.ROLES)], buttons
