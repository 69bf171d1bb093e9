"""/ask: for all in a channel, for oneself, and as an app of one's own where the bot is no member."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.rules.model import ChannelKey
from bot.rules.places.asides import aside
from bot.texts import members
from playground.world.entities import Channel, Message
from playground.world.interacting import components
from playground.world.interacting.interactions import Interaction
from playground.world.people import Person
from tests.cogs.acting import sent, words
from tests.cogs.conftest import ShiftedClock
from tests.support.openapi import problems_of
from tests.support.room import Room, open_room

pytestmark = pytest.mark.memory

ANYWHERE = "everyone"
OFFERED = ["Continue", "Regenerate", "Continue in a thread"]


class Leaping(ShiftedClock):
    """A clock whose sleepers wake when it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now() + timedelta(seconds=seconds), woken))
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)

    def pass_time(self, **duration: float) -> None:
        super().pass_time(**duration)
        for due, woken in self._sleepers:
            if due <= self.now():
                woken.set()


@pytest.fixture
def clock() -> Leaping:
    return Leaping()


@pytest.fixture
async def room(tmp_path: Path, clock: Leaping) -> AsyncIterator[Room]:
    async with open_room(tmp_path, clock=clock, ALLOWED_MODELS="gpt-4o", USER_INSTALLS=ANYWHERE) as room:
        yield room
        assert problems_of(room.playground.wire) == []
        assert room.playground.wire.unknown() == []


@pytest.fixture
def alex(room: Room) -> Person:
    return room.world.people["alex"]


@pytest.fixture
def sam(room: Room) -> Person:
    return room.world.people["sam"]


@pytest.fixture
def abroad(room: Room, alex: Person, sam: Person) -> Channel:
    """A channel of a server without the bot, in which Alex and Sam are."""
    guild = room.world.add_guild("Abroad", alex, with_bot=False)
    room.world.join(sam, guild)
    for one in (alex, sam):
        one.install()
    return room.world.add_text_channel("lobby", guild)


def asked(person: Person, place: Channel | str, question: str, **options: Any) -> Interaction:
    return person.run(place, "ask", {"question": question, **options})


def will_answer(room: Room, *answers: str) -> None:
    for one in answers:
        room.playground.model.answer(one)


async def answered(room: Room, interaction: Interaction) -> list[Message]:
    """Wait for the whole answer, and return its messages; before it stands the question."""
    queue = room.app.services.queue
    found: list[Message] = await room.until(lambda: not queue.everywhere() and interaction.responses[1:])
    return [one for one in found if not one.deleted]


async def test_a_public_question_belongs_to_the_channels_conversation(
    room: Room, alex: Person, sam: Person
) -> None:
    will_answer(room, "It is blue.", "As I said.")
    interaction = asked(alex, "general", "Which colour is the *sky*?")
    (answer,) = await answered(room, interaction)
    question = interaction.responses[0]
    (later,) = await room.ask("And now?", who="sam")

    assert question.content == "> Which colour is the \\*sky\\*?"
    assert (question.ephemeral_for, answer.ephemeral_for) == (None, None)
    assert (answer.content, later.content) == ("It is blue.", "As I said.")
    assert components.labels(answer) == ["Regenerate", "Continue in a thread"]
    assert sent(room)[1:] == [
        ("user", "Alex: Which colour is the *sky*?"),
        ("assistant", "It is blue."),
        ("user", "Sam: And now?"),
    ]
    routes = [entry.route for entry in room.playground.wire.rest("POST") if "messages" in entry.route]
    assert len(routes) == 1  # the second answer; the first came through the interaction


async def test_a_question_for_oneself_is_nobody_elses(room: Room, alex: Person, sam: Person) -> None:
    will_answer(room, "Hush.", "Nothing.", "You asked before.")
    await answered(room, asked(alex, "general", "A secret?", private=True))
    await room.ask("What was said?", who="sam")
    await answered(room, asked(alex, "general", "What did I ask?", private=True))

    assert [said for _, said in sent(room, 1)[1:]] == ["Sam: What was said?"]
    assert [said for _, said in sent(room, 2)[1:]] == ["A secret?", "Hush.", "What did I ask?"]
    assert await words(room) == ["What was said?", "Nothing."]
    private = [one for one in room.world.interactions.values() if one.user is alex.user]
    assert all(said.ephemeral_for == alex.id for one in private for said in one.responses)
    assert await room.store.places.known() == [room.key("general")]


async def test_whoever_installed_the_app_takes_it_along(
    room: Room, alex: Person, sam: Person, abroad: Channel
) -> None:
    among = room.world.conversation_of("sam", alex, sam)
    will_answer(room, "There.", "Here.", "Again.")
    first = asked(alex, abroad, "Where?")
    (answer,) = await answered(room, first)
    (other,) = await answered(room, asked(alex, among, "And here?"))
    await answered(room, asked(alex, abroad, "Still?"))

    assert (answer.content, answer.channel_id, answer.ephemeral_for) == ("There.", abroad.id, None)
    assert (other.content, other.channel_id) == ("Here.", among.id)
    assert components.labels(other) == ["Regenerate"]
    await room.until(lambda: components.labels(answer) == [])  # which is not the newest there any more
    assert [said for _, said in sent(room, 1)[1:]] == ["And here?"]
    assert [said for _, said in sent(room, 2)[1:]] == ["Where?", "There.", "Still?"]
    assert [entry for entry in room.playground.wire.rest("POST") if "/channels/" in entry.route] == []


async def test_elsewhere_its_asker_reads_their_own_language(
    room: Room, alex: Person, abroad: Channel
) -> None:
    alex.user.locale = "ko"
    interaction = asked(alex, abroad, "어디?", file=("notes.txt", b"Buy bread."))
    (answer,) = await answered(room, interaction)

    assert interaction.responses[0].content == "> 어디?\n-# 첨부 파일: notes.txt"
    assert components.labels(answer) == ["다시 생성"]


@pytest.mark.parametrize(("installs", "who", "lets"), [("owners", "robin", True), ("owners", "alex", False)])
async def test_elsewhere_may_be_for_owners_alone(tmp_path: Path, installs: str, who: str, lets: bool) -> None:
    async with open_room(tmp_path, USER_INSTALLS=installs) as room:
        person = room.world.people[who]
        guild = room.world.add_guild("Abroad", person, with_bot=False)
        lobby = room.world.add_text_channel("lobby", guild)
        person.install()
        interaction = asked(person, lobby, "Where?")
        said = await interaction.answered()
        if lets:
            await answered(room, interaction)

        assert (said.content == str(members.NOT_ELSEWHERE)) is not lets
        assert (said.ephemeral_for == person.id) is not lets
        assert len(room.playground.model.requests) == lets


async def test_nobody_is_offered_it_elsewhere_unless_that_is_set(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        alex = room.world.people["alex"]
        guild = room.world.add_guild("Abroad", alex, with_bot=False)
        alex.install()
        lobby = room.world.add_text_channel("lobby", guild)
        offered = [[one["name"] for one in alex.offered(place)] for place in (lobby, room.world.dm(alex))]
        said = await alex.run("general", "ask", {"question": "Hello?"}).answered()

        assert offered[0] == []
        assert "ask" in offered[1]
        assert said.content == "> Hello?"


async def test_what_is_asked_elsewhere_is_forgotten_after_a_day(
    room: Room, alex: Person, abroad: Channel, clock: Leaping
) -> None:
    await answered(room, asked(alex, abroad, "Where?"))
    await answered(room, asked(alex, "general", "Where, between us?", private=True))
    key = aside(alex.id, room_key(abroad), elsewhere=True)
    clock.pass_time(hours=23)
    await room.app.services.retention.sweep()
    before = await words(room, of(key.channel_id))
    clock.pass_time(hours=2)
    await room.app.services.retention.sweep()

    assert len(before) == 2
    assert await words(room, of(key.channel_id)) == []
    at_home = aside(alex.id, room.key("general"), elsewhere=False)
    assert len(await words(room, of(at_home.channel_id))) == 2
    entries = [one async for one in room.store.people.export(alex.id)]
    assert [one["kind"] for one in entries if one["kind"] in ("message", "usage")].count("message") == 1


async def test_ones_own_questions_are_in_ones_own_data_and_go_with_it(
    room: Room, alex: Person, abroad: Channel
) -> None:
    await answered(room, asked(alex, abroad, "Where?"))
    await answered(room, asked(alex, "general", "Between us?", private=True))
    mine = [one async for one in room.store.people.export(alex.id)]
    deleted = await room.store.people.delete(alex.id)
    left = [one async for one in room.store.people.export(alex.id)]

    assert sorted(one["text"] for one in mine if one["kind"] == "message") == ["Between us?", "Where?"]
    assert deleted == 2
    assert [one["kind"] for one in left] == ["ignore", "deletion"]
    for key in (
        aside(alex.id, room_key(abroad), elsewhere=True),
        aside(alex.id, room.key("general"), elsewhere=False),
    ):
        assert await words(room, of(key.channel_id)) == []


async def test_discords_fifteen_minutes_end_with_a_word(
    room: Room, alex: Person, abroad: Channel, clock: Leaping
) -> None:
    gate = room.playground.model.script("Once ", "upon ").hold()
    interaction = asked(alex, abroad, "A long story?")
    await gate.reached()
    await room.until(lambda: len(interaction.responses) > 1 and "upon" in interaction.responses[1].content)
    room.playground.clock.advance(880)
    clock.pass_time(seconds=880)
    (answer,) = await answered(room, interaction)

    assert answer.content == f"Once upon\n-# {members.OUT_OF_TIME}"
    assert components.labels(answer) == []


async def test_what_does_not_fit_into_five_messages_comes_as_a_file(
    room: Room, alex: Person, abroad: Channel
) -> None:
    text = "\n\n".join(f"{number} " + "word " * 300 for number in range(12))
    will_answer(room, text)
    answer = await answered(room, asked(alex, abroad, "Tell me all"))

    assert len(answer) == 5
    assert [one.filename for one in answer[-1].attachments] == ["answer.md"]
    assert answer[-1].attachments[0].data.decode().rstrip().endswith("word")


@pytest.mark.parametrize("private", [True, False])
async def test_its_asker_stops_it(
    room: Room, alex: Person, sam: Person, abroad: Channel, private: bool
) -> None:
    gate = room.playground.model.script("Well, ", "so it goes").hold()
    interaction = asked(alex, abroad, "Why?", private=private)
    await gate.reached()
    (answer,) = await room.until(lambda: interaction.responses[1:])
    if not private:
        told = await sam.press(answer, "Stop").answered()
        assert told.content == str(members.ASKER_ONLY)
    alex.press(answer, "Stop")
    await answered(room, interaction)

    assert str(members.STOPPED_BY.format(name="Alex")) in answer.content
    assert components.labels(answer) == ["Continue", "Regenerate"]
    if not private:
        told = await sam.press(answer, "Continue").answered()
        assert told.content == str(members.ASKER_ONLY)
    room.playground.model.answer("that is why.")
    alex.press(answer, "Continue")
    await room.until(lambda: answer.content.endswith("that is why."))
    assert len(interaction.responses) == 2
    assert [one for one in room.playground.wire.rest("POST") if "/channels/" in one.route] == []


async def test_its_asker_has_it_redone_and_leafs_through_its_versions(
    room: Room, alex: Person, abroad: Channel
) -> None:
    will_answer(room, "It is blue.", "It is grey.")
    interaction = asked(alex, abroad, "Which colour is it?")
    (answer,) = await answered(room, interaction)
    alex.press(answer, "Regenerate")
    await room.until(lambda: components.labels(answer) == ["Regenerate", "‹", "2/2"])
    redone = answer.content
    alex.press(answer, "‹")
    await room.until(lambda: components.labels(answer) == ["Regenerate", "1/2", "›"])

    assert (redone, answer.content) == ("It is grey.", "It is blue.")
    assert len(interaction.responses) == 2
    assert sent(room, 1) == sent(room, 0)
    assert [entry for entry in room.playground.wire.rest() if "/channels/{" in entry.route] == []


async def test_its_buttons_go_before_nothing_leads_to_it_any_more(
    room: Room, alex: Person, abroad: Channel, clock: Leaping
) -> None:
    gate = room.playground.model.script("Once ", "upon ").hold()
    interaction = asked(alex, abroad, "A story?")
    await gate.reached()
    (answer,) = await room.until(lambda: interaction.responses[1:])
    alex.press(answer, "Stop")
    await answered(room, interaction)
    before = components.labels(answer)
    room.playground.clock.advance(820)
    clock.pass_time(seconds=820)
    await room.until(lambda: components.labels(answer) == [])

    assert before == ["Continue", "Regenerate"]
    assert answer.content.endswith(f"-# {members.STOPPED_BY.format(name='Alex')}")
    assert len(interaction.responses) == 2


async def test_its_buttons_go_after_a_restart_too(room: Room, alex: Person, clock: Leaping) -> None:
    (answer,) = await answered(room, asked(alex, "general", "Hello?", private=True))
    await room.stop()
    await room.start()
    clock.pass_time(seconds=820)
    await room.until(lambda: components.labels(answer) == [])

    assert len(room.playground.model.requests) == 1


async def test_a_button_that_was_left_too_long_says_so_and_goes(
    room: Room, alex: Person, clock: Leaping
) -> None:
    (answer,) = await answered(room, asked(alex, "general", "Hello?", private=True))
    await room.stop()
    room.playground.clock.advance(901)
    clock.pass_time(seconds=901)
    await room.start()
    told = await alex.press(answer, "Regenerate").answered()
    await room.until(lambda: components.labels(answer) == [])

    assert (told.content, told.ephemeral_for) == (str(members.OUT_OF_REACH), alex.id)
    assert len(room.playground.model.requests) == 1


async def test_the_model_that_was_asked_answers_again_after_a_restart_too(room: Room, alex: Person) -> None:
    will_answer(room, "One.", "Two.", "Three.", "Four.")
    public = asked(alex, "general", "Hm?", model="gpt-4o")
    private = asked(alex, "general", "Hm?", model="gpt-4o", private=True)
    shown = [(await answered(room, one))[0] for one in (public, private)]
    await room.stop()
    await room.start()
    for one in shown:
        alex.press(one, "Regenerate")
        await room.until(lambda one=one: "2/2" in components.labels(one))
    await room.ask("And who are you?")

    asked_of = [request.body["model"] for request in room.playground.model.requests]
    assert asked_of == ["gpt-4o"] * 4 + ["gpt-4.1-mini"]


async def test_the_model_that_was_asked_goes_on_after_a_restart_too(room: Room, alex: Person) -> None:
    gate = room.playground.model.script("Once upon ", "a time").hold()
    interaction = asked(alex, "general", "A story?", model="gpt-4o")
    await gate.reached()
    (answer,) = await room.until(lambda: interaction.responses[1:])
    alex.press(answer, "Stop")
    await answered(room, interaction)
    await room.stop()
    await room.start()
    room.playground.model.answer(" there was a fox.")
    alex.press(answer, "Continue")
    await room.until(lambda: answer.content.endswith("a fox.") and "Stop" not in components.labels(answer))

    assert [request.body["model"] for request in room.playground.model.requests] == ["gpt-4o", "gpt-4o"]


async def test_a_file_and_a_model_go_along(room: Room, alex: Person) -> None:
    interaction = asked(
        alex, "general", "What does it say?", file=("notes.txt", b"Buy bread."), model="gpt-4o"
    )
    await answered(room, interaction)
    request = room.playground.model.requests[-1]
    offered = await alex.autocomplete("general", "ask", "model", "4o", options={"question": "x"}).offered()
    refused = await asked(alex, "general", "Hm?", model="gpt-3").answered()

    assert "Buy bread." in sent(room)[-1][1]
    assert request.body["model"] == "gpt-4o"
    assert interaction.responses[0].content.endswith(members.ASKED_WITH_FILE.format(name="notes.txt"))
    assert offered == ["gpt-4o"]
    assert (refused.content, refused.ephemeral_for) == (str(members.NO_SUCH_MODEL), alex.id)


def of(channel_id: int) -> Channel:
    """Return a channel that stands for one that only the bot knows."""
    return Channel(channel_id, 0, "aside")


def room_key(channel: Channel) -> ChannelKey:
    return ChannelKey(channel.id, channel.guild_id)


async def killed(room: Room, interaction: Interaction) -> str:
    """End the bot where its last words reach nobody; return what its answer shows then."""
    for method in ("PATCH", "POST"):
        room.playground.faults.next(method, "/webhooks/**", status=503, times=math.inf)
    await room.stop()
    room.playground.faults.clear()
    return interaction.responses[1].content


@pytest.mark.parametrize("private", [True, False])
async def test_a_restart_in_mid_answer_ends_it_where_it_stands(
    room: Room, alex: Person, private: bool
) -> None:
    gate = room.playground.model.script("Once ", "upon ").hold()
    interaction = asked(alex, "general", "A story?", private=private)
    await gate.reached()
    await room.until(lambda: len(interaction.responses) > 1 and "upon" in interaction.responses[1].content)
    before = await killed(room, interaction)
    await room.start()
    await room.until(lambda: str(members.INTERRUPTED) in interaction.responses[1].content)

    assert members.CURSOR in before
    assert len(interaction.responses) == 2
    assert components.labels(interaction.responses[1]) == (OFFERED[:2] if private else OFFERED)


async def test_a_restart_after_the_fifteen_minutes_asks_nothing(
    room: Room, alex: Person, clock: Leaping
) -> None:
    gate = room.playground.model.script("Once ").hold()
    interaction = asked(alex, "general", "A story?", private=True)
    await gate.reached()
    await room.until(lambda: interaction.responses[1:])
    await killed(room, interaction)
    room.playground.clock.advance(901)
    clock.pass_time(seconds=901)
    await room.start()
    await room.ask("Hello", who="sam")
    await room.until(lambda: not room.app.services.queue.everywhere())

    assert len(room.playground.model.requests) == 2
    assert await room.store.answers.unfinished() == []
    assert [entry for entry in room.playground.wire.rest() if entry.status == 401] == []
    assert interaction.responses


async def test_what_keeps_a_question_from_being_asked_is_told_to_its_asker_alone(
    tmp_path: Path,
) -> None:
    limit = "300 tokens/day"
    async with open_room(
        tmp_path, LIMIT_PERSON=limit, MAX_REPLY_TOKENS="250", USER_INSTALLS=ANYWHERE
    ) as room:
        alex, sam = room.world.people["alex"], room.world.people["sam"]
        guild = room.world.add_guild("Abroad", alex, with_bot=False)
        alex.install()
        lobby = room.world.add_text_channel("lobby", guild)
        will_answer(room, "word " * 320)
        await room.ask("Hi")
        said = [await asked(alex, place, "Hello?").answered() for place in ("general", lobby)]
        empty = await asked(sam, "general", "  ").answered()

        assert [one.ephemeral_for for one in (*said, empty)] == [alex.id, alex.id, sam.id]
        assert all("Hello" not in one.content for one in said)
        assert empty.content == str(members.NOTHING_ASKED)
        assert len(room.playground.model.requests) == 1


def waits(room: Room, person: Person) -> bool:
    """Say whether a question of somebody's for themselves is being answered."""
    key = aside(person.id, room.key("general"), elsewhere=False)
    return bool(room.app.services.queue.jobs(key.channel_id))


async def test_an_answer_to_a_command_streams_while_discords_limit_for_all_is_used_up(
    room: Room, alex: Person
) -> None:
    gate = room.playground.model.script("Well, ", "so it is.").hold()
    interaction = asked(alex, "general", "Is it?", private=True)
    await gate.reached()
    room.playground.faults.rate_limit("POST", "/channels/*/messages", retry_after=30.0, overall=True)
    room.post("Hello", who="sam")
    await room.until(lambda: room.playground.wire.rest("POST"))
    gate.release()
    (answer,) = await room.until(lambda: not waits(room, alex) and interaction.responses[1:])

    assert answer.content == "Well, so it is."
