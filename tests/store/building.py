"""What the store's tests are made of: a clock, people, channels, and short ways to say and answer things."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.chat.answers import FinalAnswer
from bot.rules.model import Answer, ChannelKey, Completion, NewTurn, Part, Speaker, State, Window
from bot.rules.outcome import Outcome, Reason
from bot.rules.spending.usage import Usage
from bot.store.store import Store

START = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
ROOM = ChannelKey(channel_id=10, guild_id=1)
THREAD = ChannelKey(channel_id=11, guild_id=1, parent_id=10)
OTHER_ROOM = ChannelKey(channel_id=20, guild_id=1)
OTHER_GUILD = ChannelKey(channel_id=30, guild_id=2)
DIRECT = ChannelKey(channel_id=40)
JOHN = Speaker(id=100, name="John", username="john")
MARY = Speaker(id=200, name="Mary", username="mary")
MODERATOR = 900
END = Outcome(Reason.DONE)
COMPLETION = Completion("chatcmpl-1", "gpt-4.1-mini", 1_786_000_000, "stop", Usage(20, 7, 4))

_message_ids = count(1_000)


@dataclass
class StoppedClock:
    """A clock that goes on when it is told to."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class Talk:
    """A conversation written into a store."""

    store: Store
    clock: StoppedClock = field(default_factory=StoppedClock)

    async def say(
        self,
        text: str,
        key: ChannelKey = ROOM,
        speaker: Speaker = JOHN,
        *,
        message_id: int | None = None,
        state: State = State.WAITING,
        tokens: int = 1,
        parts: tuple[Part, ...] = (),
    ) -> int:
        """Store a message and return its turn id."""
        turn = NewTurn(
            message_id=next(_message_ids) if message_id is None else message_id,
            key=key,
            speaker=speaker,
            label=speaker.name,
            text=text,
            created_at=self.clock.now(),
            state=state,
            tokens=tokens,
            encoding="o200k_base",
            parts=parts,
        )
        turn_id = await self.store.turns.add(turn)
        assert turn_id is not None
        return turn_id

    async def begin(self, question_id: int) -> Answer:
        """Begin the answer to a question that is there."""
        answer = await self.store.answers.begin(question_id, "gpt-4.1-mini")
        assert answer is not None
        return answer

    async def answer(
        self,
        question_id: int,
        text: str,
        *,
        message_ids: tuple[int, ...] = (),
        state: State = State.COMPLETE,
        tokens: int = 1,
        completion: Completion | None = COMPLETION,
    ) -> int:
        """Answer a question to the end and return the answer's id."""
        answer = await self.begin(question_id)
        await self.store.answers.checkpoint(answer.id, text, message_ids)
        final = FinalAnswer(
            state, text, tokens, "o200k_base", END, completion=completion, own_count=21, first_chunk_ms=350
        )
        await self.store.answers.finish(answer.id, final)
        await self.store.answers.checkpoint(answer.id, None, message_ids)
        return answer.id

    async def exchange(self, question: str, answer: str, key: ChannelKey = ROOM) -> tuple[int, int]:
        """Store a question with its answer and return both ids."""
        question_id = await self.say(question, key)
        return question_id, await self.answer(question_id, answer)

    async def window(
        self, key: ChannelKey = ROOM, *, until: int | None = None, tokens: int = 10_000
    ) -> Window:
        """Return a channel's window."""
        return await self.store.turns.window(key.channel_id, until, tokens)

    async def words(self, key: ChannelKey = ROOM) -> list[str]:
        """Return the texts of a channel's history."""
        return texts(await self.window(key))


def texts(window: Window) -> list[str]:
    """Return what is said in a window."""
    return [turn.text for turn in window.turns]
