"""How an answer is laid out from moment to moment: anew only when asked for, and only when it has changed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.ports import Ending
from bot.rules.pages.languages import TextFile
from bot.rules.pages.layout import Pages
from bot.rules.pages.naming import NOBODY, Known
from bot.texts import members
from bot.ui.answers.frame import NOTHING, Sheet, ended, writing

ATTACHMENT = "answer.md"  # the end of an answer that is too long, as the model wrote it


class Layout:
    """The messages of one answer as they should be."""

    def __init__(self, most_messages: int) -> None:
        self._known = NOBODY
        self._text: str | None = ""  # what finished messages show the start of
        self.allow(most_messages, attach=True)

    def allow(self, most_messages: int, *, attach: bool) -> None:
        """Lay out anew in at most so many messages, with files or without."""
        self._most_messages = most_messages
        self._attach = attach
        self._pages = Pages(most=most_messages, known=self._known)
        self._laid_out: tuple[str, str, Ending | None] = ("", "", None)
        self._sheets: Sequence[Sheet] = ()

    def know(self, known: Known) -> None:
        """Lay out anew with the names that mean somebody, or something."""
        self._known, self._text = known, None
        self.allow(self._most_messages, attach=self._attach)

    def goes_on_with(self, text: str) -> bool:
        """Say whether finished messages stay with this text: it begins with the one before."""
        return self._text is not None and text.startswith(self._text)

    def sheets(self, text: str, notice: str, ending: Ending | None) -> Sequence[Sheet]:
        """Return the messages for the whole text so far."""
        while (sheets := self.advance(text, notice, ending)) is None:
            pass
        return sheets

    def advance(self, text: str, notice: str, ending: Ending | None) -> Sequence[Sheet] | None:
        """Lay out a step of the whole text so far; return the messages once nothing is left to do."""
        newest = (text, notice, ending)
        if not self.goes_on_with(text):
            self.allow(self._most_messages, attach=self._attach)
        self._text = text
        if newest != self._laid_out:
            pages = self._pages.advance(text, done=ending is not None)
            if pages is None:
                return None
            if ending is not None and text and not pages:
                pages = [NOTHING]  # all that was said is invisible
            self._laid_out, self._sheets = newest, self._dressed(pages, notice, ending)
        return self._sheets

    def _dressed(self, pages: Sequence[str], notice: str, ending: Ending | None) -> Sequence[Sheet]:
        if ending is None:
            return writing(pages, notice)
        files = list(self._pages.files)
        if rest := self._pages.rest:
            files.append(TextFile(ATTACHMENT, rest))
        if files and not self._attach:
            files, ending = [], replace(ending, note=f"{ending.note} {members.REST_UNSHOWN}".lstrip())
        return ended(pages, files, ending)
