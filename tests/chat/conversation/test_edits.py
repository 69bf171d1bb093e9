"""Edits: memory follows, and the newest question is answered anew."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.memory import Said
from bot.rules.model import AttachmentRef, Reference
from tests.chat.heart import MARY, OTHER_ROOM, ROOM, Heart
from tests.support.fakes import completion

NOTES = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")


async def test_an_edit_changes_memory(heart: Heart) -> None:
    first = await heart.say("I like tae")
    await heart.answered(first)
    await heart.ask("And you?")
    await heart.edit(first, "I like tea")

    assert (await heart.words())[0] == "I like tea"
    assert len(heart.completer.requests) == 2


async def test_an_edit_of_the_newest_question_answers_it_anew_in_place(heart: Heart) -> None:
    question = await heart.say("I like tae")
    first = await heart.answered(question)
    await heart.edit(question, "I like tea")
    second = await heart.answered(question, times=2)

    assert heart.completer.last[-1] == ("user", "John: I like tea")
    assert second.spot.message_ids == first.message_ids
    assert await heart.words() == ["I like tea", "Answer 2"]


async def test_an_edit_that_addresses_the_bot_is_answered(heart: Heart) -> None:
    said = await heart.say("How tall is it?", mentions_us=False)
    await heart.edit(said, "How tall is it, Parley?", mentions_us=True)
    await heart.answered(said)

    assert await heart.words() == ["How tall is it, Parley?", "Answer 1"]


async def test_the_preview_of_a_link_that_was_not_said_to_us_is_left_alone(heart: Heart) -> None:
    await heart.inbox.previewed(heart.message("See https://example.com", mentions_us=False, previews="Tea"))

    assert await heart.words() == []


async def test_of_many_messages_the_newest_are_known_as_taken(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.conversation.inbox.MOST_TAKEN", 1)
    first, second = await heart.say("One"), await heart.say("Two")
    await heart.answered(second)
    await heart.store.turns.forget([first.message_id, second.message_id])
    await heart.edit(second, "Two again")
    await heart.edit(first, "One again")
    await heart.answered(first, times=2)

    assert len(heart.sinks(second)) == 1


async def test_a_late_edit_of_the_newest_question_only_changes_memory(heart: Heart) -> None:
    question = await heart.say("I like tae")
    await heart.answered(question)
    heart.clock.pass_time(minutes=10, seconds=1)
    await heart.edit(question, "I like tea")
    await heart.ask("And you?")

    assert len(heart.sinks(question)) == 1
    assert heart.completer.last[1] == ("user", "John: I like tea")


async def test_an_edit_in_mid_answer_ends_it_and_answers_anew(heart: Heart) -> None:
    heart.completer.will("You like", asyncio.Event())
    question = await heart.say("I like tae")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.edit(question, "I like tea")
    await heart.answered(question, times=2)

    assert heart.completer.streams == 0
    assert await heart.words() == ["I like tea", "Answer 2"]


async def test_an_edit_of_a_question_that_waits_is_read_when_its_turn_comes(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will(gate, "Hi", completion())
    await heart.say("Hello")
    waiting = await heart.say("I like tae", MARY)
    await heart.edit(waiting, "I like tea")
    gate.set()
    await heart.answered(waiting)

    assert heart.completer.last[-1] == ("user", "Mary: I like tea")
    assert len(heart.sinks(waiting)) == 1


async def test_an_edit_of_a_gathered_message_waits_for_quiet_with_it(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    said = await heart.say("I like tae", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)
    await heart.edit(said, "I like tea")
    heart.clock.pass_time(seconds=10)
    await heart.answered(said)

    assert heart.completer.last[-1] == ("user", "John: I like tea")
    assert len(heart.completer.requests) == 1


async def test_an_edit_that_changes_no_words_does_nothing(heart: Heart) -> None:
    question = await heart.say("I like tea")
    await heart.answered(question)
    await heart.edit(question, "I like tea")
    await heart.ask("And you?")

    assert len(heart.completer.requests) == 2


async def test_an_edit_of_a_quoted_message_reaches_the_quote(heart: Heart) -> None:
    quoted = heart.message("Tea is a soup.", MARY, mentions_us=False)
    await heart.ask("Is it so?", reply_to=Reference(quoted.message_id, quoted.text, MARY))
    await heart.edit(quoted, "Tea is a drink.")
    await heart.ask("And now?")

    assert "Tea is a drink." in heart.completer.last[1][1]


async def test_an_edit_of_a_question_that_is_no_longer_sent_changes_memory(heart: Heart) -> None:
    question = await heart.say("I like tae")
    await heart.answered(question)
    await heart.store.turns.cut(ROOM.channel_id, (await heart.turns())[0].position, "")
    await heart.edit(question, "I like tea")

    page = await heart.store.journal.page(ROOM.channel_id, None, 10)
    assert page[-1].text == "I like tea"


async def test_a_file_taken_off_a_message_is_taken_out_of_memory_and_no_other(heart: Heart) -> None:
    other = replace(NOTES, id=2, filename="list.txt")
    heart.reader.files = {NOTES.id: b"Buy tea.\n", other.id: b"Buy cake."}
    question = await heart.say("Look", attachments=(NOTES, other))
    await heart.answered(question)
    await heart.edit(question, "Look", attachments=(other,))
    await heart.answered(question, times=2)

    assert [part.name for part in (await heart.turns())[0].parts] == ["list.txt"]


async def test_a_borrowed_file_stays_when_the_words_about_it_are_edited(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    question = await heart.say("What?", reply_to=Reference(77, "Look", MARY, attachments=(NOTES,)))
    await heart.answered(question)
    await heart.edit(question, "What is this?", reply_to=None)
    await heart.answered(question, times=2)

    assert "Buy tea." in heart.completer.last[-1][1]


async def test_an_edit_while_files_are_read_keeps_both_the_words_and_the_files(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("Loook", attachments=(NOTES,))
    await heart.until(lambda: heart.sinks(question))
    await heart.edit(question, "Look")
    heart.reader.may_fetch.set()
    await heart.answered(question, times=2)

    assert heart.completer.last[-1] == ("user", 'John: Look\n\n<file name="notes.txt">\nBuy tea.\n\n</file>')


async def test_the_age_of_an_edit_is_measured_from_the_message(heart: Heart) -> None:
    question = await heart.say("I like tae", at=heart.clock.now() - timedelta(minutes=11))
    await heart.answered(question)
    await heart.edit(question, "I like tea")
    await heart.ask("Hello")

    assert len(heart.sinks(question)) == 1


async def test_an_edit_of_what_is_forgotten_meanwhile_redoes_no_other_answer(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    await heart.ask("Hello")
    question = await heart.say("And now?")
    await heart.answered(question)
    said = heart.store.questions.said

    async def find_and_forget(message_id: int) -> Said | None:
        found = await said(message_id)
        await heart.store.turns.forget([message_id, *heart.sinks(question)[-1].message_ids])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(heart.store.questions, "said", find_and_forget)
        await heart.edit(question, "And then?")
    await heart.ask("Hello", key=OTHER_ROOM)

    assert len(heart.completer.requests) == 3
    assert await heart.words() == ["Hello", "Answer 1"]
