"""What a model says, told from what it only thinks where its server sends both as one text.

Tags are taken for what they are by their place, since models also write of them:

- At the beginning of an answer an opening tag opens thoughts, which last until its closing tag, or to the
  end.
- In code, a tag is text. So is a closing one between quotation marks, or after an opening one that was text.
- Later on, an opening tag counts only where it begins a line and the request doesn't speak of tags.
- A closing tag without an opening one says that all before it was thought, as templates may have put the
  opening one into the prompt. Where the request speaks of tags, it has to stand alone on its line for that.
- Of harmony's channels only `final` is said. Without its markers it is known by "analysis" at the beginning,
  with a capital letter right behind it, and "assistantfinal" later on.
"""

from dataclasses import dataclass

from bot.rules.completions.code_spans import CodeSpans
from bot.rules.completions.tags import (
    BARE_FINAL,
    FIRST_CHARACTERS,
    Kind,
    Tag,
    may_begin,
    next_place,
    opens_bare,
    tag_at,
)
from bot.rules.graphemes import is_blank

_QUOTES = frozenset("`\"'“”‘’«»()")
_LINE_ENDS = ("", "\n", "\r")
_UNPLAIN = frozenset(FIRST_CHARACTERS + "`~\n")


@dataclass(slots=True)
class _Hidden:
    """Thoughts that go on: until a closing tag, or harmony's final channel where that is empty.

    Where it is not certain that they are thoughts, any closing tag shows it; till then the text is `kept`.
    """

    closing: str = ""
    kept: list[str] | None = None


class Thoughts:
    """Told a text in any pieces, it returns those of its words that are said, as soon as that is certain.

    `spoken_of` says whether the request speaks of such tags, `begun` that this model is known to begin in its
    thoughts without an opening tag. `retractions` counts how often all that was returned before turned out to
    be thought.
    """

    def __init__(self, *, spoken_of: bool = False, begun: bool = False) -> None:
        self.retractions = 0
        self.heard = False  # whether there were any thoughts
        self.began_unopened = False  # whether there was a closing tag without an opening one
        self._spoken_of = spoken_of
        self._hidden = _Hidden(kept=[]) if begun else None
        self._pending = ""  # what may become a tag
        self._said: list[str] = []
        self._code = CodeSpans()
        self._before = ""  # the last character
        self._spoken = False  # whether any word was said
        self._after_thoughts = False  # blanks that follow them are none of the answer's
        self._mentioned = False  # whether an opening tag was text
        self._harmony = False
        self._fresh = True  # whether there were blanks at most

    def take(self, text: str) -> str:
        """Return what is said of the next piece."""
        if self._is_flowing and _UNPLAIN.isdisjoint(text):
            self._code.take(text)
            self._before = text[-1:] or self._before
            return text
        return self._read(self._pending + text, final=False)

    def end(self, *, cut: bool) -> str:
        """Return what is said of what was held back; `cut` is an answer that ended at a limit."""
        said = self._read(self._pending, final=True)
        kept = self._hidden.kept if self._hidden else None
        if kept is None or cut:
            return said
        self.heard = False
        return said + "".join(kept)

    def come_elsewhere(self) -> None:
        """Take it that this text does not begin in thoughts after all, since its server tells them apart."""
        if self._hidden is not None and self._hidden.kept == [] and not self._hidden.closing:
            self._hidden = None

    @property
    def _is_flowing(self) -> bool:
        """Say whether ordinary text passes as it is."""
        return self._spoken and not (self._pending or self._hidden or self._after_thoughts)

    def _read(self, text: str, *, final: bool) -> str:
        self._said.clear()
        at = 0
        if self._fresh and (bare := text.lstrip()):
            opens = opens_bare(bare)
            if opens is None and not final:
                self._pending = text
                return ""
            self._fresh = False
            if opens:
                at = len(text) - len(bare)
                if at:
                    self._take_plain(text[:at])
                self._hidden = _Hidden(BARE_FINAL, kept=self._hidden.kept if self._hidden else [])
        while at < len(text) and (then := self._step(text, at, final=final)) > at:
            at = then
        self._pending = text[at:]
        return "".join(self._said)

    def _step(self, text: str, at: int, *, final: bool) -> int:
        """Take in what stands at a place; return where that ends, or the place itself to wait for more."""
        if self._hidden is not None and self._hidden.closing == BARE_FINAL:
            return self._step_bare(text, at, final=final)
        plain = next_place(text, at)
        if plain > at:
            self._take_plain(text[at:plain])
            return plain
        tag = tag_at(text, at)
        if tag is None:
            if not final and may_begin(text, at):
                return at
            self._take_plain(text[at])
            return at + 1
        end = at + len(tag.text)
        if end == len(text) and not final:  # the character that follows is needed
            return at
        self._take_tag(tag, text[end : end + 1])
        return end

    def _step_bare(self, text: str, at: int, *, final: bool) -> int:
        """Take in thoughts that only the name of harmony's final channel ends."""
        end = text.find(BARE_FINAL, at)
        if end == at:
            self._end_thoughts()
            return at + len(BARE_FINAL)
        if end < 0:
            rest = text[at:]
            held = 0 if final else _held_back(rest)
            end = len(text) - held
        if end > at:
            self._take_plain(text[at:end])
        return end

    def _take_plain(self, text: str) -> None:
        if self._hidden is not None:
            self.heard = self.heard or not is_blank(text)
            if self._hidden.kept is not None:
                self._hidden.kept.append(text)
        elif self._after_thoughts and text.isspace():
            return
        else:
            text = text.lstrip() if self._after_thoughts else text
            self._after_thoughts = False
            self._spoken = self._spoken or not is_blank(text)
            self._code.take(text)
            self._said.append(text)
        self._before = text[-1]

    def _take_tag(self, tag: Tag, following: str) -> None:
        quoted = self._before in _QUOTES and following in _QUOTES
        if self._hidden is not None:
            if not self._opens_after_all(tag):
                if self._closes(self._hidden, tag, quoted=quoted):
                    self._end_thoughts()
                else:
                    self._take_plain(tag.text)
        elif self._is_text(tag, following, quoted=quoted):
            self._mentioned = self._mentioned or tag.kind in (Kind.OPEN, Kind.CHANNEL)
            self._take_plain(tag.text)
        else:
            self._obey(tag)

    def _opens_after_all(self, tag: Tag) -> bool:
        """See an opening tag where thoughts were to begin without one."""
        if self.heard or tag.kind not in (Kind.OPEN, Kind.CHANNEL):
            return False
        if self._hidden is not None and self._hidden.kept is not None:
            self._hidden = None
            self._obey(tag)
        return True

    def _closes(self, hidden: _Hidden, tag: Tag, *, quoted: bool) -> bool:
        if quoted:
            return False
        if hidden.kept is not None:
            self.began_unopened = tag.is_closing
            return self.began_unopened
        if not hidden.closing:
            return tag.kind is Kind.FINAL
        ends = tag.kind is Kind.END and hidden.closing.startswith("<|")  # all of a message, as Solar's
        return ends or (tag.kind is Kind.CLOSE and tag.closing == hidden.closing)

    def _is_text(self, tag: Tag, following: str, *, quoted: bool) -> bool:
        """Decide whether a tag is one that the model writes of."""
        if self._code.inside(tag.text):
            return True
        alone = self._code.at_line_start and following in _LINE_ENDS
        match tag.kind:
            case Kind.OPEN:
                return self._spoken and (self._spoken_of or not self._code.at_line_start)
            case Kind.CLOSE:
                return quoted or self._mentioned or not tag.is_closing or (self._spoken_of and not alone)
            case Kind.CHANNEL | Kind.FINAL:
                return not self._harmony and self._spoken and (self._spoken_of or self._mentioned)
            case Kind.WRAP:
                return not self.heard and (self._spoken_of or not tag.text.startswith("<|"))
            case _:
                return not self._harmony

    def _obey(self, tag: Tag) -> None:
        unopened = self._spoken and not self._harmony
        self._harmony = self._harmony or tag.kind in (Kind.CHANNEL, Kind.FINAL)
        match tag.kind:
            case Kind.OPEN:
                self._hidden = _Hidden(tag.closing)
            case Kind.CHANNEL | Kind.END:
                self._hidden = _Hidden()
            case Kind.CLOSE | Kind.FINAL:
                if unopened:
                    self._retract()
                self._end_thoughts()
            case _:
                self._after_thoughts = True

    def _end_thoughts(self) -> None:
        self._hidden = None
        self._after_thoughts = True

    def _retract(self) -> None:
        """Take all that was said for thought."""
        self.retractions += 1
        self.heard = self.began_unopened = True
        self._said.clear()
        self._spoken = False
        self._code = CodeSpans()


def _held_back(text: str) -> int:
    """Return how much of a text's end may become the name of harmony's final channel."""
    most = min(len(text), len(BARE_FINAL) - 1)
    return next((length for length in range(most, 0, -1) if BARE_FINAL.startswith(text[-length:])), 0)
