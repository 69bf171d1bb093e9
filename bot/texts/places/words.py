"""What there is to be said of one setting, found by the name of its field in `Settings`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TypeVar

from bot.texts.languages.catalogue import Counted, Message, Placed

T = TypeVar("T")

ON, OFF, NOTHING = True, 0, 0  # values with words of their own; an empty text is nothing, too
ANY = None  # any other value, which stands in the sentence as `value`


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one setting.

    What is said of a value goes by the value: `shown` in /config, `recorded` in the record of changes,
    `holds` where a command shows what holds, `becomes` where it was changed. A number is `counted`, or stands
    bare; `asked` is the label of the field that takes one.
    """

    name: Message
    about: Message
    record: Message
    nothing_set: Placed
    holds: Mapping[object, Message]
    becomes: Mapping[object, Placed]
    shown: Mapping[object, Message] = field(default_factory=dict)
    recorded: Mapping[object, Message] = field(default_factory=dict)
    counted: Counted | None = None
    asked: Message | None = None

    def value(self, value: object) -> str:
        """Write a value as it stands in a sentence."""
        return self.counted.format(value) if self.counted and isinstance(value, int) else str(value)


@cache
def words_of(name: str) -> Words:
    """Return the words of a setting, from the module of its name."""
    found: Words = import_module(f"{__package__}.{name}").WORDS
    return found


def of_value(said: Mapping[object, T], value: object) -> T | None:
    """Return what is said of a value, or of any, if there is such a thing."""
    return said.get(value or NOTHING, said.get(ANY))
