"""The store against a model of it so small that it is plainly right, over random histories of use."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.chat.answers import FinalAnswer
from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey, Speaker, State, Turn
from bot.settings.forms import ServerUrl
from bot.store.store import MEMORY, open_store
from tests.store.building import END, START, StoppedClock, Talk, texts
from tests.support import postgres
from tests.support.strategies import examples

CHANNELS = (ChannelKey(1, 9), ChannelKey(2, 9), ChannelKey(3))
OWNER = 1  # of the direct conversation


@dataclass
class Said:
    """A question, and its answer once that is begun."""

    id: int
    channel: int
    text: str
    tokens: int
    author: int
    messages: set[int]
    answer_id: int | None = None
    answer: str = ""
    answer_messages: set[int] = field(default_factory=set)
    gone: bool = False
    reset: int | None = None


class StoreMachine(RuleBasedStateMachine):
    """Uses store and model side by side; the histories that people see must agree all the time."""

    @staticmethod
    def empty() -> str | ServerUrl:
        """Return where a store begins with nothing in it."""
        return MEMORY

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        clock = StoppedClock()
        self.opening = open_store(self.empty(), clock.now)
        self.store = self.runner.run(self.opening.__aenter__())
        self.talk = Talk(self.store, clock)
        self.said: list[Said] = []
        self.resets: dict[int, int | None] = {}  # with the channel that they go with
        self.messages = 0

    def teardown(self) -> None:
        self.runner.run(self.opening.__aexit__(None, None, None))
        self.runner.close()

    def message(self) -> int:
        self.messages += 1
        return self.messages

    @rule(channel=st.sampled_from(CHANNELS), author=st.integers(1, 2), tokens=st.integers(0, 9))
    def say(self, channel: ChannelKey, author: int, tokens: int) -> None:
        message, text = self.message(), f"q{self.messages}"
        author = OWNER if channel.is_dm else author
        speaker = Speaker(author, str(author), str(author))
        turn_id = self.runner.run(self.talk.say(text, channel, speaker, message_id=message, tokens=tokens))
        self.said.append(Said(turn_id, channel.channel_id, text, tokens, author, {message}))

    @precondition(lambda self: self.said)
    @rule(data=st.data(), ends=st.booleans(), writes=st.booleans())
    def answer(self, data: st.DataObject, ends: bool, writes: bool) -> None:
        said = data.draw(st.sampled_from(self.said))
        begun = self.runner.run(self.store.answers.begin(said.id, "m"))
        assert (begun is None) == (said.gone or said.reset is not None)
        if begun is None:
            return
        message = self.message()
        said.answer_id = begun.id
        said.answer_messages = {*begun.message_ids, message}
        ids = (*begun.message_ids, message)
        self.runner.run(self.store.answers.checkpoint(begun.id, "half", ids))
        if ends:
            said.answer = f"a{message}" if writes else ""
            self.runner.run(
                self.store.answers.finish(begun.id, FinalAnswer(State.COMPLETE, said.answer, 1, "o", END))
            )

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        messages = data.draw(st.sets(st.integers(1, self.messages), min_size=1, max_size=3))
        self.runner.run(self.store.turns.forget(sorted(messages)))
        for said in self.said:
            if messages & said.answer_messages:
                said.answer_id, said.answer, said.answer_messages = None, "", set()
            if messages & said.messages:
                said.gone, said.messages = True, set()

    @rule(channel=st.sampled_from(CHANNELS), keep=st.integers(0, 3), guild_wide=st.booleans())
    def reset(self, channel: ChannelKey, keep: int, guild_wide: bool) -> None:
        guild_wide = guild_wide and not channel.is_dm
        reached = [key for key in CHANNELS if key == channel or (guild_wide and not key.is_dm)]
        reset = self.runner.run(
            self.store.resets.reset(ResetOrder(channel, guild_wide=guild_wide, keep=keep), OWNER)
        )
        self.resets[reset.id] = None if guild_wide else channel.channel_id
        for key in reached:
            shown = [said for said in self.seen(key) if not said.gone or said.answer]
            kept = shown[len(shown) - min(keep, len(shown)) :]
            first_kept = 2**63 if not keep else kept[0].id if len(kept) == keep else 0
            for said in self.seen(key):
                if said.id < first_kept:
                    said.reset = reset.id

    @precondition(lambda self: self.resets)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        reset_id = data.draw(st.sampled_from(sorted(self.resets)))
        del self.resets[reset_id]
        assert self.runner.run(self.store.resets.undo(reset_id, 1)) is not None
        for said in self.said:
            if said.reset == reset_id:
                said.reset = None

    @rule(author=st.integers(1, 2))
    def delete_person(self, author: int) -> None:
        self.runner.run(self.store.people.delete(author))
        for said in self.said:
            if said.author == author:
                said.gone, said.messages = True, set()
        if author == OWNER:
            self.said = [said for said in self.said if said.channel != 3]
            self.resets = {reset: channel for reset, channel in self.resets.items() if channel != 3}

    @rule()
    def purge(self) -> None:
        self.runner.run(self.store.disposal.purge(START + timedelta(seconds=1)))
        self.resets = {}
        self.said = [said for said in self.said if said.reset is None]

    @rule(channel=st.sampled_from(CHANNELS), guild=st.booleans(), finishes=st.booleans())
    def drop(self, channel: ChannelKey, guild: bool, finishes: bool) -> None:
        guild = guild and channel.guild_id is not None
        with pytest.MonkeyPatch.context() as patch:
            if not finishes:  # killed before anything is deleted
                patch.setattr("bot.store.places.dispose", nothing)
            if guild:
                self.runner.run(self.store.places.drop_guild(9))
            else:
                self.runner.run(self.store.places.drop_channel(channel.channel_id))
        reached = {key.channel_id for key in CHANNELS if key == channel or (guild and not key.is_dm)}
        self.said = [said for said in self.said if said.channel not in reached]
        gone = reached | ({None} if guild else set())
        self.resets = {reset: where for reset, where in self.resets.items() if where not in gone}

    @invariant()
    def histories_agree(self) -> None:
        for key in CHANNELS:
            expected = [turn for said in self.seen(key) for turn in turns_of(said)]
            window = self.runner.run(self.talk.window(key))
            totals = self.runner.run(self.store.journal.totals(key.channel_id))

            assert texts(window) == [text for text, _ in expected]
            assert (totals.turns, totals.tokens) == (len(expected), sum(tokens for _, tokens in expected))

    @invariant()
    def a_small_window_is_the_end_of_the_history(self) -> None:
        for key in CHANNELS:
            whole = self.runner.run(self.talk.window(key)).turns
            small = self.runner.run(self.talk.window(key, tokens=7)).turns

            assert small == whole[len(whole) - len(small) :]
            assert counted(small[1:]) < 7
            assert small == whole or counted(small) >= 7

    def seen(self, key: ChannelKey) -> list[Said]:
        return [said for said in self.said if said.channel == key.channel_id and said.reset is None]


async def nothing(*_: object) -> None:
    """Stand for work that a kill came before."""


def counted(turns: Sequence[Turn]) -> int:
    """Return the tokens of those turns that 7 tokens have room for."""
    return sum(turn.tokens for turn in turns if turn.tokens <= 7)


def turns_of(said: Said) -> list[tuple[str, int]]:
    """Return what a question and its answer leave in a history."""
    question = [] if said.gone else [(said.text, said.tokens)]
    return question + ([(said.answer, 1)] if said.answer else [])


class PostgresMachine(StoreMachine):
    """Does the same in PostgreSQL."""

    empty = staticmethod(postgres.emptied)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(examples(10), stateful_step_count=20)

TestPostgresMachine = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)(
    PostgresMachine.TestCase
)
TestPostgresMachine.settings = settings(examples(2), stateful_step_count=8)
