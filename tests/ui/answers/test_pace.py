"""Laws of when an answer's words appear: the writer in virtual time, over Discord's limits on paper."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import mean
from typing import Any, cast

import discord
import pytest

from benchmarks.pacing import model as pacing_model
from bot.chat.ports import Buttons, Clock, Ending, Progress, Spot
from bot.rules.model import ChannelKey, State
from bot.rules.pacing import MOST_AT_ONCE
from bot.rules.pages.layout import Pages
from bot.ui.answers import means
from bot.ui.answers.answer import DiscordAnswer
from bot.ui.answers.means import Means
from bot.ui.answers.posting import Post
from bot.ui.requests.calls import Kind, Lane, Priority
from bot.ui.requests.limiter import Limiter
from tests.support.paper_discord import PaperDiscord
from tests.support.virtual_time import run

CHANNEL = 1
DONE = Ending(State.COMPLETE)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


@dataclass
class Desk:
    """A channel on paper and the one answer in it; notes what is seen there, and when."""

    discord: PaperDiscord = field(default_factory=lambda: PaperDiscord(Limiter()))
    id: int = CHANNEL
    seen: list[tuple[float, str]] = field(default_factory=list)

    # The channel, as the answer knows it.

    async def create(self, post: Post, nonce: str, reply_to: int | None) -> None:
        body = {"id": str(discord.utils.time_snowflake(NOON)), "content": post.content}
        await self._take(Kind.CREATE, post, json.dumps(body).encode())

    async def edit(self, message_id: int, post: Post, *, buttons: bool, files: bool) -> None:
        await self._take(Kind.EDIT, post)

    def lane(self, kind: str) -> Lane:
        return Lane(self.id, kind)

    async def type(self) -> None:
        await self.discord.request(Lane(self.id, Kind.TYPING))

    async def _take(self, kind: Kind, post: Post, body: bytes = b"{}") -> None:
        self.seen.append((now() + self.discord.round_trip / 2, post.content))
        await self.discord.request(Lane(self.id, kind), body)

    # The answer.

    def open(self, text: str = "") -> DiscordAnswer:
        """Open the answer, over a text that stands there."""

        async def keep(_: Progress) -> None:
            """Store nothing."""

        ids = (discord.utils.time_snowflake(NOON),) if text else ()
        shared = Means(cast(discord.Client, None), self.discord.limiter, cast(Clock, Noon()), no_buttons, 3)
        spot = Spot(ChannelKey(self.id, 2), 7, 3, 1, ids, text)
        return DiscordAnswer(spot, shared, keep, lambda: None)

    def typed(self) -> int:
        """Return how often typing was shown."""
        return sum(lane.kind is Kind.TYPING for _, lane in self.discord.accepted)


def no_buttons(answer_id: int, buttons: Buttons) -> discord.ui.View:
    """Return a view without buttons."""
    return discord.ui.View(timeout=None)


def now() -> float:
    return asyncio.get_running_loop().time()


async def speak(
    answer: DiscordAnswer, seconds: float, rate: int = pacing_model.WORDS_PER_SECOND, before: str = ""
) -> float:
    """Let the model speak, after what it said before; return when it began."""
    began = now()
    for count, moment in enumerate(pacing_model.words(seconds, rate), 1):
        await asyncio.sleep(began + moment - now())
        answer.show(before + "w " * count)
    await answer.finish(before + "w " * count, DONE)
    return began


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(pacing_model, "OVERHEAD", 0.0)
    desk = Desk()
    monkeypatch.setattr(means, "Channel", lambda *_: desk)
    return desk


def moments(desk: Desk, scene: Callable[[], Any]) -> list[float]:
    """Play a scene that returns when the first word came, and return when text was seen after that."""
    began = run(scene())
    return [moment - began for moment, content in desk.seen if content.startswith("w ")]


# When words appear.


@pytest.mark.parametrize("thinking", [0.0, 0.3, 2.0, 8.0, 40.0])
@pytest.mark.parametrize("seconds", [0.8, 1.5, 4.0, 20.0])
def test_words_appear_as_on_paper_however_long_the_model_thinks_first(
    desk: Desk, thinking: float, seconds: float
) -> None:
    async def scene() -> float:
        answer = desk.open()
        await asyncio.sleep(thinking)
        return await speak(answer, seconds)

    paper = pacing_model.play(pacing_model.words(seconds)).accepted
    assert moments(desk, scene) == pytest.approx(paper, abs=0.005)


@pytest.mark.parametrize("thinking", [0.05, 0.3, 0.9, 2.0, 8.0])
def test_the_first_word_in_place_of_another_answer_appears_at_once(desk: Desk, thinking: float) -> None:
    async def scene() -> float:
        answer = desk.open("Another answer.")
        await asyncio.sleep(thinking)
        return await speak(answer, 4.0)

    first, second, third, *_ = moments(desk, scene)
    assert first < 0.1
    assert second - first < 0.6
    assert third - second < 1.2


@pytest.mark.parametrize("thinking", [0.05, 0.3, 0.9, 2.0, 8.0])
def test_the_first_word_after_a_notice_appears_at_once(desk: Desk, thinking: float) -> None:
    async def scene() -> float:
        answer = desk.open()
        answer.notice("The model is busy.")
        await asyncio.sleep(thinking)
        return await speak(answer, 4.0)

    first, second, *_ = moments(desk, scene)
    assert first < 0.1
    assert second - first < 0.6


def test_what_cannot_be_seen_is_no_first_text(desk: Desk) -> None:
    async def scene() -> float:
        answer = desk.open()
        for count in range(1, 30):
            answer.show("\n" * count)
            await asyncio.sleep(0.5)
        return await speak(answer, 4.0, before="\n" * count)

    assert moments(desk, scene) == pytest.approx(
        pacing_model.play(pacing_model.words(4.0)).accepted, abs=0.005
    )
    assert desk.typed() == 2


def test_what_stands_there_keeps_standing_until_the_first_word(desk: Desk) -> None:
    async def scene() -> None:
        answer = desk.open("Another answer.")
        await asyncio.sleep(5)
        await speak(answer, 0.5)

    run(scene())
    first, *others = [content for _, content in desk.seen]
    assert first == "Another answer. ▌"
    assert all(content.startswith("w ") for content in others)


# Many channels at once.


@pytest.mark.parametrize("channels", [50, 100, 200, 500])
def test_a_crowd_sees_words_nearly_as_early_as_discord_allows(
    monkeypatch: pytest.MonkeyPatch, channels: int
) -> None:
    seconds, rate, paper = 10, 20, PaperDiscord(Limiter())
    desks = [Desk(paper, number) for number in range(channels)]
    monkeypatch.setattr(means, "Channel", lambda _, key: desks[key.channel_id])

    async def one(desk: Desk) -> float:
        answer = desk.open()
        await asyncio.sleep(0.3)
        return mean_lag(desk, await speak(answer, seconds, rate), pacing_model.words(seconds, rate))

    async def scene() -> float:
        return mean(await asyncio.gather(*map(one, desks)))

    possible = max(pacing_model.bound(seconds, rate), channels / 100 + paper.round_trip / 2)
    assert run(scene()) <= 1.2 * possible
    assert paper.refused == 0


def test_in_a_crowd_text_is_laid_out_about_once_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    paper, advance = PaperDiscord(Limiter()), Pages.advance
    laid_out: list[str] = []
    desks = [Desk(paper, number) for number in range(100)]
    monkeypatch.setattr(means, "Channel", lambda _, key: desks[key.channel_id])

    def counted(pages: Pages, text: str, *, done: bool) -> Sequence[str] | None:
        laid_out.append(text)
        return advance(pages, text, done=done)

    monkeypatch.setattr(Pages, "advance", counted)

    async def scene() -> None:
        await asyncio.gather(*(speak(desk.open(), 10, 20) for desk in desks))

    run(scene())
    assert len(laid_out) <= 1.3 * len(paper.accepted)


def mean_lag(desk: Desk, began: float, words: list[float]) -> float:
    """Return how late the words were seen that came at these times."""
    seen: list[float] = []
    for moment, content in desk.seen:
        seen += [moment - began] * (content.count("w") - len(seen))
    return mean(later - earlier for earlier, later in zip(words, seen, strict=True))


# Typing.


@pytest.mark.parametrize(("thinking", "times"), [(0.3, 0), (0.7, 1), (30.0, 4)])
def test_typing_is_shown_until_there_is_text_unless_that_comes_at_once(
    desk: Desk, thinking: float, times: int
) -> None:
    async def scene() -> int:
        answer = desk.open("Another answer.")
        await asyncio.sleep(thinking)
        answer.show("w")
        before = desk.typed()
        await asyncio.sleep(60)
        await answer.finish("w", DONE)
        assert desk.typed() <= before + 1  # which was on its way
        return desk.typed()

    assert run(scene()) == times


@pytest.mark.parametrize("ended", [False, True])
def test_an_answer_that_begins_at_once_shows_no_typing(desk: Desk, ended: bool) -> None:
    async def scene() -> int:
        answer = desk.open()
        answer.show("w")
        if not ended:
            await asyncio.sleep(20)
        await answer.finish("w", DONE)
        return desk.typed()

    assert run(scene()) == 0


@pytest.mark.parametrize("ended", [False, True])
def test_typing_that_still_waits_is_taken_back_once_the_answer_has_begun(desk: Desk, ended: bool) -> None:
    """Whether or not its first words must wait for a place themselves."""

    async def scene() -> int:
        for other in range(MOST_AT_ONCE):
            lane = Lane(100 + other, Kind.CREATE)
            desk.discord.limiter.ask(lane, Priority.TEXT, partial(desk.discord.request, lane))
        answer = desk.open()
        await asyncio.sleep(0.6)
        if not ended:
            answer.show("w")
            await asyncio.sleep(20)
        await answer.finish("w", DONE)
        return desk.typed()

    assert run(scene()) == 0
