"""Where the model is told where it is: behind the persona, the same until a cut, counted to the token."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.chat.clearing import ResetOrder
from bot.chat.completions import Request
from bot.chat.home import chosen
from bot.rules.model import ChannelKey
from bot.rules.prompting.situation import PlaceKind, Told, Whereabouts
from bot.rules.prompting.tokens import MESSAGE_TOKENS, PRIMING_TOKENS
from tests.chat.conversation.test_prefix import begins_with
from tests.chat.heart import DIRECT, MODERATOR, OTHER_ROOM, ROOM, Heart, beating
from tests.support.fakes import FakeCounter

HELP = Whereabouts("Parley", PlaceKind.TEXT, "Cats", "help", "Ask anything")
CHAT = replace(HELP, channel="chat")
ROOMY = 2_000  # tokens: a request that has room for it
DM = Whereabouts("Parley", PlaceKind.DIRECT)


def told_in(heart: Heart) -> None:
    heart.reader.surroundings = {ROOM.channel_id: HELP, OTHER_ROOM.channel_id: CHAT, DIRECT.channel_id: DM}


def systems(request: Request) -> list[str]:
    return [one["content"] for one in request.messages if one["role"] == "system"]


async def test_it_stands_behind_the_persona_in_a_message_of_its_own() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.ask("Hello")
        persona, situation = systems(heart.completer.requests[-1])

    assert persona == "Be brief."
    assert 'Channel: "help" (text channel)' in situation


@pytest.mark.parametrize(
    ("told", "persona", "key", "is_told"),
    [
        (Told.OFF, "Be brief.", ROOM, False),
        (Told.SERVERS, "Be brief.", DIRECT, False),
        (Told.ALL, "Be brief.", DIRECT, True),
        (Told.ALL, "", ROOM, False),
    ],
)
async def test_it_is_told_where_it_is_wanted_never_without_a_persona(
    told: Told, persona: str, key: ChannelKey, is_told: bool
) -> None:
    async with beating(situation=told, persona=persona, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.ask("Hello", key=key)

        assert len(systems(heart.completer.requests[-1])) == bool(persona) + is_told


async def test_of_a_place_that_discord_does_not_tell_of_nothing_is_told() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        await heart.ask("Hello")

        assert systems(heart.completer.requests[-1]) == ["Be brief."]


async def test_a_new_topic_is_told_from_the_next_cut_on_and_no_other_prompt_begins_anew() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        for number in range(60):
            if number == 1:
                heart.reader.surroundings[ROOM.channel_id] = replace(HELP, topic="Only cats")
            await heart.ask(f"Question {number} " + "word " * 30)
        requests = heart.completer.requests
        topics = ["Only cats" in systems(request)[1] for request in requests]
        changes = [not begins_with(later, earlier) for earlier, later in pairwise(requests)]
        first_cut = changes.index(True)

    assert topics == [number > first_cut for number in range(60)]
    assert 0 < changes.count(True) < len(requests) / 4
    assert all(our_count(request) <= ROOMY for request in requests)


async def test_a_reset_tells_of_the_place_anew() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.ask("Hello")
        heart.reader.surroundings[ROOM.channel_id] = replace(HELP, topic="Only cats")
        await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
        await heart.ask("Hello again")

        assert "Only cats" in systems(heart.completer.requests[-1])[1]


async def test_only_a_new_day_changes_it_between_cuts() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.ask("Hello")
        heart.clock.pass_time(days=1)
        await heart.ask("Hello again")
        before, after = (systems(request)[1].splitlines() for request in heart.completer.requests)

    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


async def test_it_is_counted_in_the_request_and_in_the_preview() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        sink = await heart.ask("Hello")
        answer = await heart.store.answers.get(sink.spot.answer_id)
        request = heart.completer.requests[-1]
        preview = await heart.preview()
        said = MESSAGE_TOKENS + FakeCounter().count(answer.text if answer else "", "gpt-4.1-mini")

    assert answer is not None
    assert answer.own_count == our_count(request)
    assert preview.tokens == our_count(request) + said


async def test_a_model_with_a_small_window_is_told_nothing_of_it() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=150) as heart:
        told_in(heart)
        await heart.ask("Hello")

        assert systems(heart.completer.requests[-1]) == ["Be brief."]


async def test_a_longer_topic_never_keeps_a_question_out() -> None:
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.commands.counting.channel(ROOM)
        heart.reader.surroundings[ROOM.channel_id] = replace(HELP, topic="c " * 150)
        chosen_ = await heart.commands.counting.requests.chosen(ROOM, await heart.store.places.settings(ROOM))
        room = heart.commands.counting.requests.room(chosen_)
        await heart.ask("w" * (4 * room - len("John: ")))
        request = heart.completer.requests[-1]

    assert our_count(request) <= ROOMY
    assert "c c c" not in systems(request)[1]


async def test_places_that_were_long_silent_are_looked_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "MOST_PLACES", 1)
    async with beating(situation=Told.SERVERS, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        await heart.ask("Hello")
        await heart.ask("Hello", key=OTHER_ROOM)
        heart.reader.surroundings[ROOM.channel_id] = replace(HELP, topic="Only cats")
        await heart.ask("Hello again")

        assert "Only cats" in systems(heart.completer.requests[-1])[1]


async def test_a_summary_is_asked_for_without_it() -> None:
    async with beating(situation=Told.SERVERS, summarize=True, max_prompt_tokens=ROOMY) as heart:
        told_in(heart)
        for number in range(40):
            await heart.ask(f"Question {number} " + "word " * 30)
        asked, answers = heart.completer.summary_requests, heart.completer.requests

    assert asked
    assert all('Channel: "help"' not in str(request.messages) for request in asked)
    assert all(our_count(request) <= ROOMY for request in answers)


def our_count(request: Request) -> int:
    counter = FakeCounter()
    said = (counter.count(str(one["content"]), request.model) for one in request.messages)
    return PRIMING_TOKENS + sum(MESSAGE_TOKENS + one for one in said)
