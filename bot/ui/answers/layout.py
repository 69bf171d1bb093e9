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
        self._known = known
        self.allow(self._most_messages, attach=self._attach)

    def goes_on_with(self, text: str) -> bool:
        """Say whether a text begins with what was laid out last, so that finished messages stay."""
        return text.startswith(self._laid_out[0])

    def sheets(self, text: str, notice: str, ending: Ending | None) -> Sequence[Sheet]:
        """Return the messages for the whole text so far."""
        newest = (text, notice, ending)
        if newest != self._laid_out:
            if not self.goes_on_with(text):
                self._pages = Pages(most=self._most_messages, known=self._known)
            pages = self._pages.update(text, done=ending is not None)
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
