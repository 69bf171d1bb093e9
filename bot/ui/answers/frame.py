"""What an answer looks like at a moment: its messages' contents, buttons and files. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.ports import Buttons, Ending
from bot.rules.graphemes import units
from bot.rules.model import State
from bot.rules.outcome import Version
from bot.rules.pages.languages import TextFile
from bot.rules.pages.layout import MESSAGE_LIMIT
from bot.texts import members

NOTHING = "…"  # of words that are all invisible


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message as it should be: with the buttons of an answer's end, `attached` are its files."""

    content: str
    state: State | None = None
    attached: tuple[TextFile, ...] = ()
    leads_on: bool = False
    version: Version | None = None

    @property
    def buttons(self) -> Buttons | None:
        """Return which it has."""
        return None if self.state is None else Buttons(self.state, self.leads_on, self.version)


def writing(pages: Sequence[str], notice: str) -> list[Sheet]:
    """Return the messages of an answer that goes on; none while there is nothing to show."""
    if pages:
        *finished, last = pages
        return [*map(Sheet, finished), Sheet(last + members.CURSOR, State.WRITING)]
    return [Sheet(notice, State.WRITING)] if notice else []


def ended(pages: Sequence[str], files: Sequence[TextFile], ending: Ending) -> list[Sheet]:
    """Return the messages of an answer that has ended; the last one gets the files.

    There are none where there is neither text nor a note.
    """
    contents = list(pages)
    if ending.note and not contents:
        contents = [ending.note]
    elif ending.note:
        signed = f"{contents[-1]}\n-# {ending.note}"
        if units(signed) <= MESSAGE_LIMIT:
            contents[-1] = signed
        else:
            contents.append(f"-# {ending.note}")
    if not contents:
        return []
    *finished, last = contents
    buttons = (ending.leads_on, ending.version)
    return [*map(Sheet, finished), Sheet(last, ending.state, tuple(files), *buttons)]


def refused(taken: Sequence[Sheet], *, alone: bool, word: str) -> list[Sheet]:
    """Return the messages of an answer of which Discord took no more than these, with a word on that.

    The word stands under the text, or `alone` in a message of its own. A notice is not kept.
    """
    pages = [page for page in map(text_of, taken) if page]
    ending = Ending(State.FAILED, word)
    if alone:
        return [*map(Sheet, pages), *ended([], (), ending)]
    return ended(pages, (), ending)


def text_of(sheet: Sheet) -> str:
    """Return the text of a message that was shown, empty where it was a notice."""
    if sheet.state is None:
        return sheet.content
    return sheet.content.removesuffix(members.CURSOR) if sheet.content.endswith(members.CURSOR) else ""
