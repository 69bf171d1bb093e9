"""Who runs the bot, as the self-hoster sets it."""

from dataclasses import dataclass

from bot.settings import forms
from bot.settings.reader import Reader

NAMES = ("OWNERS",)


@dataclass(frozen=True, slots=True)
class Access:
    """Ids of Discord's; no `owners` are those whom Discord names."""

    owners: frozenset[int] = frozenset()


def read(reader: Reader) -> Access:
    """Read the group."""
    return Access(owners=reader.take("OWNERS", frozenset(), forms.ids))
