"""How many requests are under way at once, and whose is next."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

import pytest
from aiohttp import web
from openai import AsyncOpenAI

from bot.chat.completions import Asker, InLine, Request, Standing
from bot.errors import ModelError
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.llm.dialects.listing import Listing, listing
from bot.llm.slots import Line, Slot, Slots
from bot.llm.speech.transcription import OpenAITranscription
from bot.rules.model import ChannelKey
from tests.llm.conftest import FakeClock, Script, told
from tests.llm.replies import ANSWER, stream
from tests.llm.test_completer import ASKED, answer

HERE = Line("http://here/v1")
ELSEWHERE = Line("http://elsewhere/v1")


def asker(person: int, guild: int = 1) -> Asker:
    return Asker(person, ChannelKey(10 * guild, guild_id=guild))


class Asking:
    """Requests that hold their slots until they are told to end."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._open: dict[str, AsyncExitStack] = {}
        self.slots: dict[str, Slot] = {}

    def begin(self, name: str, who: Asker | None, line: Line = HERE, most: int | None = None) -> None:
        self._open[name] = stack = AsyncExitStack()
        most = self._slots.most(None) if most is None else most
        self.slots[name] = stack.enter_context(self._slots.ask(line, who, most))

    async def end(self, name: str) -> None:
        await self._open.pop(name).aclose()

    @property
    def under_way(self) -> set[str]:
        return {name for name in self._open if self.slots[name].standing() is None}


async def test_of_a_bound_that_processes_share_no_more_begin_than_their_part() -> None:
    slots, forever = Slots(8, shared=True), math.inf
    asking = Asking(slots)
    for number in range(4):
        asking.begin(str(number), asker(number + 1))
    [(name, total, here)] = slots.bounded()
    none = asking.under_way
    needed = here.need()
    here.allot(2, forever)
    some = asking.under_way
    asking.begin("named", asker(7), ELSEWHERE, 1)
    asking.begin("unbounded", asker(8), Line("http://third/v1"), 0)
    here.allot(4, 0)
    await asking.end("0")
    over = asking.under_way

    assert (name, total, none, needed) == ("8 at once at http://here/v1", 8, set(), (0, 4))
    assert some == {"0", "1"}
    assert over == {"1", "unbounded"}
    assert here.need() == (1, 3)
    assert [(total, line.need()) for _, total, line in slots.bounded()] == [(8, (1, 3)), (1, (0, 1))]


async def test_of_another_number_of_slots_no_part_is_held_yet() -> None:
    slots = Slots(8, shared=True)
    asking = Asking(slots)
    slots.know(HERE, 8).allot(3, math.inf)
    asking.begin("first", asker(1))
    asking.begin("second", asker(2), most=1)
    [(name, _, here)] = slots.bounded()

    assert (name, here.part, asking.under_way) == ("1 at once at http://here/v1", 0, {"first"})


async def test_a_model_that_writes_one_at_a_time_does_so_without_any_bound() -> None:
    asking = Asking(Slots())
    for number in range(2):
        asking.begin(str(number), asker(number + 1), HERE, 1)

    assert asking.under_way == {"0"}


async def test_no_more_begin_than_there_are_slots_and_what_is_free_goes_to_the_next() -> None:
    slots = Slots(2)
    asking = Asking(slots)
    for number in range(4):
        asking.begin(str(number), asker(number + 1))

    assert (asking.under_way, slots.waiting()) == ({"0", "1"}, 2)
    assert [asking.slots[name].standing() for name in "23"] == [Standing(0), Standing(1)]
    await asking.end("1")
    assert (asking.under_way, slots.waiting()) == ({"0", "2"}, 1)


async def test_servers_take_turns() -> None:
    asking = Asking(Slots(1))
    for number in range(60):
        asking.begin(f"big {number}", asker(number + 1))
    asking.begin("small", asker(99, guild=2))

    assert asking.slots["small"].standing() == Standing(1)
    await asking.end("big 0")
    await asking.end("big 1")
    assert asking.under_way == {"small"}


async def test_a_persons_next_question_waits_for_their_own_and_holds_up_nobody() -> None:
    asking = Asking(Slots(10, most_of_a_person=3))
    for number in range(5):
        asking.begin(f"john {number}", asker(1))
    asking.begin("mary", asker(2))

    assert asking.under_way == {"john 0", "john 1", "john 2", "mary"}
    assert asking.slots["john 4"].standing() == Standing(1, most_own=3)
    await asking.end("john 1")
    assert asking.under_way == {"john 0", "john 2", "john 3", "mary"}


async def test_a_person_is_bounded_over_all_servers_of_models_together() -> None:
    asking = Asking(Slots(10, most_of_a_person=1))
    asking.begin("here", asker(1), HERE)
    asking.begin("elsewhere", asker(1, guild=2), ELSEWHERE)

    assert asking.under_way == {"here"}
    await asking.end("here")
    assert asking.under_way == {"elsewhere"}


async def test_servers_of_models_have_slots_of_their_own() -> None:
    asking = Asking(Slots(1))
    asking.begin("here", asker(1), HERE)
    asking.begin("elsewhere", asker(2), ELSEWHERE)

    assert asking.under_way == {"here", "elsewhere"}


async def test_whoever_leaves_the_line_is_passed_over() -> None:
    asking = Asking(Slots(1))
    for name in ("first", "second", "third"):
        asking.begin(name, asker(1))
    await asking.end("second")

    assert asking.slots["third"].standing() == Standing(0)
    await asking.end("first")
    assert asking.under_way == {"third"}


async def test_without_a_bound_nobody_waits_and_the_bot_itself_is_nobody() -> None:
    unbound, bound = Asking(Slots()), Asking(Slots(0, most_of_a_person=1))
    for number in range(100):
        unbound.begin(str(number), asker(1))
        bound.begin(str(number), None)

    assert len(unbound.under_way) == len(bound.under_way) == 100


@pytest.mark.parametrize(("most", "named", "slots"), [(64, None, 64), (64, 4, 4), (2, 4, 2), (0, 4, 0)])
def test_a_server_that_names_its_slots_gets_no_more(most: int, named: int | None, slots: int) -> None:
    assert Slots(most).most(named) == slots


@pytest.mark.parametrize(("said", "slots"), [(4, 4), (0, None), ("many", None), (None, None), (-1, None)])
def test_the_slots_of_a_server_are_those_that_it_names(said: object, slots: int | None) -> None:
    assert listing({"total_slots": said}).slots == slots


@pytest.fixture
def bounded(
    client: AsyncOpenAI, clock: FakeClock, counter: TiktokenCounter
) -> Callable[[int], OpenAICompleter]:
    """Make a completer with so many slots at its server."""

    def make(most: int) -> OpenAICompleter:
        dialects = Dialects(str(client.base_url), clock.now)
        return OpenAICompleter(Server(client, dialects, slots=Slots(most)), counter, clock, lambda: 0.0)

    return make


class Gates:
    """A server whose answers wait until they are let go on."""

    def __init__(self, script: Script) -> None:
        self.begun, self.go = asyncio.Semaphore(0), asyncio.Semaphore(0)
        self.count = 0
        script.replies = [self.reply]

    async def reply(self, request: web.Request) -> web.StreamResponse:
        self.count += 1
        self.begun.release()
        await self.go.acquire()
        return await stream(*ANSWER)(request)


@pytest.fixture
async def gates(script: Script) -> AsyncIterator[Gates]:
    gates = Gates(script)
    yield gates
    for _ in range(10):
        gates.go.release()


def of(person: int) -> Request:
    return replace(ASKED, asker=asker(person))


async def test_an_answer_holds_its_slot_to_its_end_and_the_next_is_told_that_it_waits(
    gates: Gates, bounded: Callable[[int], OpenAICompleter]
) -> None:
    completer = bounded(1)
    first = asyncio.create_task(answer(completer, of(1)))
    await gates.begun.acquire()
    async with aclosing(told(completer, of(2))) as events:
        waiting = await anext(events)
        assert isinstance(waiting, InLine)
        assert waiting.standing() == Standing(0)
        gates.go.release()
        await first

        assert waiting.standing() is None
        gates.go.release()
        assert len([event async for event in events]) == 3
    assert gates.count == 2


async def test_whoever_stops_waiting_leaves_the_line_and_whoever_stops_an_answer_frees_its_slot(
    gates: Gates, bounded: Callable[[int], OpenAICompleter]
) -> None:
    completer = bounded(1)
    first, second, third = (asyncio.create_task(answer(completer, of(number))) for number in (1, 2, 3))
    await gates.begun.acquire()
    second.cancel()
    first.cancel()
    await asyncio.wait({first, second})
    gates.go.release()
    gates.go.release()

    assert (await third)[0] == "Hello John."
    assert gates.count == 2


async def test_the_slots_that_a_server_names_are_heeded(
    gates: Gates, bounded: Callable[[int], OpenAICompleter]
) -> None:
    completer = bounded(64)
    completer.dialects.hear(ASKED.model, Listing(slots=2))
    answers = [asyncio.create_task(answer(completer, of(number + 1))) for number in range(3)]
    for _ in range(2):
        await gates.begun.acquire()

    assert gates.begun.locked()
    for _ in range(3):
        gates.go.release()
    await asyncio.gather(*answers)
    assert gates.count == 3


async def test_what_is_said_is_written_down_within_the_same_slots(
    script: Script, client: AsyncOpenAI, clock: FakeClock
) -> None:
    slots = Slots(1, most_of_a_person=1)
    server = Server(client, Dialects(str(client.base_url), clock.now), slots=slots)
    speech = OpenAITranscription(server, "whisper-1", clock)
    with slots.ask(Line(str(client.base_url)), asker(1), 1):
        hearing = asyncio.create_task(speech.transcribe("it", b"OggS", asker(2), speech.sending()))
        await asyncio.sleep(0)
        with slots.ask(Line(str(client.base_url)), asker(3), 1) as behind_it:
            assert behind_it.standing() == Standing(1)
    with pytest.raises(ModelError):  # the script reads no forms
        await hearing

    assert script.paths == ["/v1/audio/transcriptions"]
    assert slots.may_begin(2)
