"""The messages of one answer: which are on the screen, what each shows, and which is being written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.chat.ports import Spot
from bot.rules.endings import note_of
from bot.texts import members
from bot.texts.languages.catalogue import Message
from bot.ui.answers.frame import Sheet, refused, text_of
from bot.ui.answers.posting import Nonces


@dataclass(slots=True)
class Shown:
    """A message on the screen; `sheet` is None where it is not known what it shows."""

    id: int
    sheet: Sheet | None = None


class Messages:
    """An answer's messages; those before the one at `at`, which is being written, are final.

    `sending` is what the newest request for it says. `surplus` are to be deleted. `last_words` stand instead
    of the text, which Discord did not accept; what they say goes by whether the answer `has_buttons` then.
    """

    def __init__(self, spot: Spot, has_buttons: Callable[[], bool]) -> None:
        self.shown = [Shown(message_id) for message_id in spot.message_ids]
        self.at = 0
        self.surplus: list[int] = []
        self.sending: Sheet | None = None
        self.sends_last = True
        self._nonces = Nonces(spot.answer_id, spot.tries)
        self._has_buttons = has_buttons
        self.last_words: Sequence[Sheet] = ()
        self._ways_out = iter((self._keep_what_was_taken, self._say_it_alone))

    @property
    def is_on_screen(self) -> bool:
        """Say whether the message that is being written exists."""
        return self.at < len(self.shown)

    @property
    def current(self) -> Shown:
        """Return the message that is being written, which exists."""
        return self.shown[self.at]

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the ids of all, those that are to be deleted last."""
        return (*(shown.id for shown in self.shown), *self.surplus)

    @property
    def nonce(self) -> str:
        """Return the nonce of the message that is being written."""
        return self._nonces.of(self.at)

    def show(self, sheets: Sequence[Sheet]) -> bool:
        """Say whether these are on the screen."""
        return [shown.sheet for shown in self.shown[: len(sheets)]] == list(sheets)

    def take(self, sheets: Sequence[Sheet]) -> Sheet:
        """Return what is to be sent for the message that is being written."""
        self.sending, self.sends_last = sheets[self.at], self.at == len(sheets) - 1
        return sheets[self.at]

    def add(self, message_id: int, content: str) -> None:
        """Add what was posted; it is to be edited if the nonce found what a former process had posted."""
        if self.sending is not None and self.sending.content != content:
            self.sending = None
        self.shown.append(Shown(message_id))

    def accept(self) -> bool:
        """Note what the message shows that is being written; say whether there is nothing more to send."""
        self.current.sheet = self.sending
        if self.sending is None or self.sends_last:
            return self.sending is not None
        self.at += 1
        return False

    def nonce_was_used(self) -> None:
        """Note that a message with this nonce was posted before, and deleted."""
        self._nonces.used += 1

    def replace(self) -> None:
        """Have a new message written instead of the one that was being written."""
        replaced = [shown.id for shown in self.shown[self.at :]]
        self.surplus += replaced
        del self.shown[self.at :]
        self._nonces.instead_of = next(iter(replaced), 0)

    def let_go(self, needed: int) -> list[int]:
        """Keep so many messages; return the ids of all that are to be deleted."""
        surplus = [*self.surplus, *(shown.id for shown in self.shown[needed:])]
        del self.shown[needed:]
        self.surplus.clear()
        return surplus

    def take_back(self) -> bool:
        """Take the next way to end with what Discord accepted; say whether there was one left."""
        way_out = next(self._ways_out, None)
        if way_out is not None:
            way_out()
        return way_out is not None

    def close_with(self, word: Message) -> None:
        """End with what the screen shows, and a word under it."""
        said = note_of(word, alone=not self._has_buttons())
        self.last_words = refused(self._taken(self.shown), alone=False, word=said)
        self.at = max(len(self.shown) - 1, 0)

    def _keep_what_was_taken(self) -> None:
        taken = self._taken(self.shown[: self.at + 1])
        self.last_words = refused(taken, alone=False, word=self._refusal(taken))
        self.at = max(len(taken) - 1, 0)

    def _say_it_alone(self) -> None:
        self.replace()
        taken = self._taken(self.shown)
        self.last_words = refused(taken, alone=True, word=self._refusal(taken))

    def _refusal(self, taken: Sequence[Sheet]) -> str:
        word = members.REST_REFUSED if any(map(text_of, taken)) else members.ANSWER_REFUSED
        return note_of(word, alone=not self._has_buttons())

    def _taken(self, shown: Sequence[Shown]) -> list[Sheet]:
        return [one.sheet for one in shown if one.sheet is not None]
