"""The length of an answer by our own count, whatever its server makes of the limit that it was given."""

from bot.llm.counter import TiktokenCounter
from bot.rules.graphemes import is_blank

MOST_BLANKS = 4_000  # characters in a row: two messages of nothing; a model that goes on so says no more


class ReplyMeter:
    """Lets through as much of one answer as has at most so many tokens.

    Counting at each chunk would cost more than all the rest of reading a stream. A token holds at least one
    byte, so that nothing needs to be counted before as many bytes have come as tokens were left.
    """

    def __init__(self, counter: TiktokenCounter, model: str, most: int) -> None:
        self._counter = counter
        self._model = model
        self._most = self._left = most
        self._taken = 0  # characters
        self._text: list[str] = []
        self._uncounted = 0  # bytes
        self._blanks = 0  # characters, since the last word
        self.full = False

    async def take(self, text: str) -> str:
        """Return what of the next text is within the limit; `full` says that no more will be."""
        self._blanks = self._blanks + len(text) if is_blank(text) else 0
        if self._blanks > MOST_BLANKS:
            self.full = True
            return ""
        self._text.append(text)
        self._uncounted += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        if self._uncounted <= self._left:
            self._taken += len(text)
            return text
        whole = "".join(self._text)
        within, tokens = await self._counter.fit(whole, self._model, self._most)
        self.full = len(within) < len(whole)
        self._text, self._uncounted, self._left = [within], 0, self._most - tokens
        before, self._taken = self._taken, len(within)
        return within[before:]
