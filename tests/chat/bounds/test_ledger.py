"""The ledger: each request to a model is an entry, whatever became of it."""

import pytest

from bot.errors import ConnectionCut, ModelDown
from bot.rules.model import AttachmentRef
from bot.rules.spending.entries import Entry, Purpose, Result, Sending
from bot.rules.spending.usage import Usage
from tests.chat.heart import JOHN, MARY, ROOM, Heart, beating, under_way
from tests.support.entries import entries_of
from tests.support.fakes import SERVER, completion


async def entries(heart: Heart) -> list[Entry]:
    return await entries_of(heart.store)


async def test_an_answer_is_an_entry_with_its_bill_and_who_asked(heart: Heart) -> None:
    heart.completer.will("Hello.", completion(prompt_tokens=20, cached_tokens=5))
    await heart.ask("Hi")
    [entry] = await entries(heart)

    assert (entry.spender.person_id, entry.spender.key) == (JOHN.id, ROOM)
    assert (entry.purpose, entry.result) == (Purpose.ANSWER, Result.DONE)
    assert (entry.model, entry.server) == ("gpt-4.1-mini", SERVER)
    assert (entry.usage, entry.micros, entry.estimated) == (Usage(20, 7, 5), 27, False)


async def test_while_it_is_under_way_an_entry_has_the_most_that_it_can_take(heart: Heart) -> None:
    await under_way(heart, "Well")
    [entry] = await entries(heart)

    assert (entry.result, entry.estimated) == (Result.SENT, True)
    assert entry.usage.completion_tokens == 100
    assert entry.usage.prompt_tokens == heart.completer.requests[0].tokens


async def test_an_answer_that_was_stopped_is_estimated_by_what_came(heart: Heart) -> None:
    sink = await under_way(heart, "Well, well")
    await heart.control.stop(sink.spot.answer_id, *heart.presser())
    await heart.queue.jobs(ROOM.channel_id)[0].ended.wait()
    [entry] = await entries(heart)

    assert (entry.result, entry.estimated) == (Result.STOPPED, True)
    assert entry.usage == Usage(heart.completer.requests[0].tokens, 3)


async def test_each_try_is_an_entry(heart: Heart) -> None:
    heart.completer.will(
        Sending("gpt-4.1-mini", SERVER, 100),
        Sending("gpt-4.1-mini", SERVER, 100, left=True),
        "Hello.",
        completion(),
    )
    await heart.ask("Hi")
    first, refused, third = await entries(heart)

    assert [one.purpose for one in (first, refused, third)] == [Purpose.ANSWER, Purpose.RETRY, Purpose.RETRY]
    assert [one.result for one in (first, refused, third)] == [Result.FAILED, Result.REFUSED, Result.DONE]
    assert (refused.usage, refused.micros, refused.estimated) == (Usage(0, 0), 0, False)


async def test_a_failed_answer_is_an_entry(heart: Heart) -> None:
    heart.completer.will("Hello", ConnectionCut())
    await heart.ask("Hi")
    [entry] = await entries(heart)

    assert (entry.result, entry.estimated, entry.usage.completion_tokens) == (Result.FAILED, True, 2)


async def test_who_has_an_answer_redone_pays_for_it(heart: Heart) -> None:
    sink = await heart.ask("Hi")
    await heart.control.regenerate(sink.spot.answer_id, *heart.presser(MARY, may_manage=True))
    await heart.queue.jobs(ROOM.channel_id)[0].ended.wait()

    assert [one.spender.person_id for one in await entries(heart)] == [JOHN.id, MARY.id]


async def test_a_fall_back_is_an_entry_of_its_own() -> None:
    async with beating(fallbacks=["gpt-4o"]) as heart:
        heart.completer.will(ModelDown())
        await heart.ask("Hi")
        first, second = await entries(heart)

        assert (first.model, first.purpose, first.result) == ("gpt-4.1-mini", Purpose.ANSWER, Result.FAILED)
        assert (second.model, second.purpose, second.result) == ("gpt-4o", Purpose.FALL_BACK, Result.DONE)


async def test_a_summary_is_an_entry_of_whoever_asked() -> None:
    async with beating(summarize=True, max_prompt_tokens=300) as heart:
        for number in range(12):
            await heart.ask(f"Message {number} " + "blah " * 20)
        made = [one for one in await entries(heart) if one.purpose is Purpose.SUMMARY]

        assert len(made) == len(heart.completer.summary_requests) > 0
        assert {one.result for one in made} == {Result.DONE}
        assert {one.spender.person_id for one in made} == {JOHN.id}


async def test_a_price_that_nobody_knows_is_none() -> None:
    async with beating(model="secret-model", models=("secret-model",)) as heart:
        await heart.ask("Hi")
        [entry] = await entries(heart)

        assert entry.micros is None


async def test_an_entry_survives_a_question_that_is_deleted_meanwhile(heart: Heart) -> None:
    await under_way(heart, "Well")
    question = heart.screen.sinks[0].spot.question_message_id
    job = heart.queue.jobs(ROOM.channel_id)[0]
    await heart.delete(question)
    await job.ended.wait()
    [entry] = await entries(heart)

    assert entry.result is Result.STOPPED


async def test_what_was_spent_is_stored_though_the_answer_can_not_be(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(heart.store.answers, "finish", broken)
    await heart.ask("Hi")

    assert [one.result for one in await entries(heart)] == [Result.DONE]


async def test_what_is_heard_is_an_entry_of_whoever_said_it(heart: Heart) -> None:
    heart.transcription.is_on, heart.transcription.says = True, "Buy tea."
    heart.reader.files[1] = b"OggS" + bytes(8_000)
    voice = AttachmentRef(1, "voice.ogg", "https://cdn.discordapp.com/x", 8_004, "audio/ogg", is_voice=True)
    await heart.ask("", attachments=(voice,))
    [heard] = [one for one in await entries(heart) if one.purpose is Purpose.TRANSCRIPTION]

    assert (heard.spender.person_id, heard.model, heard.result) == (JOHN.id, "whisper", Result.DONE)
    assert (heard.usage, heard.estimated) == (Usage(20, 2), True)


async def test_what_was_not_heard_is_an_entry_too(heart: Heart) -> None:
    heart.transcription.is_on, heart.transcription.says = True, ModelDown()
    heart.reader.files[1] = b"OggS" + bytes(8_000)
    voice = AttachmentRef(1, "voice.ogg", "https://cdn.discordapp.com/x", 8_004, "audio/ogg", is_voice=True)
    await heart.ask("", attachments=(voice,))
    [heard] = [one for one in await entries(heart) if one.purpose is Purpose.TRANSCRIPTION]

    assert heard.result is Result.FAILED
