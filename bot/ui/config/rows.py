"""The rows of the view: what each says of its value and whose word that is, what may be picked. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.chat.commands.config import Overview
from bot.chat.commands.settings import Source
from bot.chat.rights import Action
from bot.rules.admission.access import Lists
from bot.rules.places.settings import KINDS, NATURES
from bot.rules.spending.bounds import OwnLimits, in_words
from bot.texts import admins, config
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import named
from bot.texts.languages.spoken import languages
from bot.texts.places.words import of_value, words_of
from bot.ui.commands.words import code, excerpt

MOST_PHONE = 35  # columns
MOST_LABEL = 100  # characters of an option, by Discord
YES, NO = "yes", "no"  # of what is either


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be picked: what is sent back, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Said:
    """A value in words, and whose word it is."""

    value: str
    source: Source


def _is_yes(value: str) -> bool:
    return value == YES


def _no_choice(_: Overview) -> Sequence[Choice]:
    return ()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is set; `most` is the largest number that may be written, where any number may be."""

    name: str
    said: Callable[[Overview], Sequence[Said]]
    choices: Callable[[Overview], Sequence[Choice]] = _no_choice
    read: Callable[[str], Any] = str
    action: Action = Action.CHANGE_SETTING
    most: int = 0

    @property
    def label(self) -> Message:
        """What it is called."""
        return words_of(self.name).name if self.name in KINDS else config.ROWS[self.name]

    @property
    def about(self) -> Message:
        """What it is about, in a sentence."""
        return words_of(self.name).about if self.name in KINDS else config.ABOUT[self.name]

    @property
    def of_server(self) -> bool:
        """Whether it is the same in all of a server."""
        return self.action is not Action.CHANGE_SETTING

    def is_there(self, seen: Overview) -> bool:
        """Say whether it means anything in a place."""
        return self.name in seen.held if self.name in KINDS else not seen.key.is_dm

    def may_change(self, seen: Overview) -> bool:
        """Say whether whoever looks may change it."""
        return self.is_there(seen) and (seen.may_manage if self.of_server else seen.may_change)

    def is_own(self, seen: Overview) -> bool:
        """Say whether it is set for just what the view is about, and can be taken back there."""
        own = Source.SERVER if seen.guild_wide or self.of_server else Source.HERE
        return self.name in seen.held and seen.held[self.name].source is own


def source_of(source: Source, seen: Overview) -> str:
    """Name whose word a setting is."""
    if source is Source.HERE and seen.key.is_dm:
        return str(config.FROM_YOU)
    if source is Source.HERE:
        return str(config.FROM_THREAD) if seen.key.is_thread else str(config.FROM_CHANNEL)
    return {
        Source.PARENT: str(config.FROM_PARENT),
        Source.SERVER: str(config.FROM_SERVER),
        Source.COMMUNITY: str(config.FROM_COMMUNITY),
        Source.JOINED: str(admins.SOURCE_JOINED),
        Source.DEFAULT: str(config.FROM_OWNER),
    }[source]


def _setting(name: str, words: Callable[[Any], str]) -> Callable[[Overview], Sequence[Said]]:
    def said(seen: Overview) -> Sequence[Said]:
        held = seen.held[name]
        return [Said(words(held.value), held.source)]

    return said


def _words(name: str) -> Callable[[Any], str]:
    said = words_of(name)

    def written(value: Any) -> str:
        if own := of_value(said.shown, value):
            return own.format(value=said.value(value))
        return excerpt(said.value(value), MOST_PHONE)

    return written


def _usual(name: str) -> Callable[[Overview], Sequence[Choice]]:
    """Return the choices of a setting: both truths, all of an enum, the usual numbers; of a text none."""
    kind, written = KINDS[name], _words(name)
    if kind is bool:
        return lambda _: [Choice(YES, written(True)), Choice(NO, written(False))]
    values = list(kind) if issubclass(kind, Enum) else NATURES[name].usual
    return lambda _: [Choice(str(one), written(one)) for one in values]


def _models(seen: Overview) -> Sequence[Choice]:
    fitting = [name for name in seen.models if len(name) <= MOST_LABEL]
    return [Choice(name, name) for name in fitting] if len(seen.models) > 1 else ()


def _languages(_: Overview) -> Sequence[Choice]:
    return [Choice(one, named(one)) for one in languages()]


def _access(seen: Overview) -> Sequence[Said]:
    """Say that there are lists; whom they name is for those to see who manage them."""
    lists = {Source.SERVER: seen.lists != Lists(), Source.DEFAULT: seen.house_lists}
    held = [Said(str(config.ACCESS_LISTS), source) for source, is_kept in lists.items() if is_kept]
    return held or [Said(str(config.ACCESS_EVERYONE), Source.DEFAULT)]


def _limits(seen: Overview) -> Sequence[Said]:
    both = {Source.SERVER: seen.limits, Source.DEFAULT: seen.house_limits}
    lines = {source: list(_of_limits(held)) for source, held in both.items()}
    if seen.total:
        lines[Source.DEFAULT].append(config.LIMIT_TOTAL.format(limit=in_words(seen.total)))
    said = [Said("\n".join(some), source) for source, some in lines.items() if some]
    return said or [Said(str(config.NO_LIMITS), Source.DEFAULT)]


def _of_limits(held: OwnLimits) -> Iterator[str]:
    if held.server:
        yield config.LIMIT_SERVER.format(limit=in_words(held.server))
    if held.person:
        yield config.LIMIT_PERSON.format(limit=in_words(held.person))
    if held.roles:
        yield config.LIMIT_ROLES.format(len(held.roles))


def _notices(seen: Overview) -> Sequence[Said]:
    if seen.notices is None:
        nowhere = config.NOTICES_DELETED if seen.notices_deleted else config.NOTICES_NOWHERE
        return [Said(str(nowhere), Source.SERVER)]
    return [Said(config.NOTICES_HERE.format(channel=seen.notices), Source.SERVER)]


def _of_notices(_: Overview) -> Sequence[Choice]:
    return [Choice(YES, str(config.SEND_HERE)), Choice(NO, str(config.NOTICES_NOWHERE))]


def _of_field(name: str) -> Row:
    """Return the row of a setting of a place, which follows from its field and its words."""
    kind = KINDS[name]
    read = _is_yes if kind is bool else kind
    return Row(name, _setting(name, _words(name)), _usual(name), read, most=NATURES[name].most)


ROWS: Mapping[str, Row] = {
    row.name: row
    for row in (
        replace(_of_field("model"), said=_setting("model", lambda name: f"`{code(name)}`"), choices=_models),
        *(_of_field(name) for name in KINDS if name != "model"),
        Row("language", _setting("language", named), _languages, action=Action.CHANGE_SERVER_SETTING),
        Row("access", _access, action=Action.MANAGE_ACCESS),
        Row("limits", _limits, action=Action.CHANGE_SERVER_SETTING),
        Row("notices", _notices, _of_notices, _is_yes, action=Action.CHANGE_SERVER_SETTING),
    )
}
