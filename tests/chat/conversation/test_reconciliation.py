"""What happened on Discord while nobody listened."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.answers import FinalAnswer
from bot.chat.conversation.reconciliation import CLOCKS_DIFFER, MOST_READ, moment_of, snowflake
from bot.rules.model import AttachmentRef, ChannelKey, Incoming, NewTurn, Reference, State
from bot.rules.outcome import Outcome, Reason
from bot.rules.prompting.tags import POLL_OPEN
from tests.chat.heart import JOHN, MARY, ROOM, Heart, beating, started_again
from tests.support.fakes import START
from tests.support.sqlite import sqlite_of

SHARD = 1  # of the server, as the reader says


@pytest.fixture
async def returned(heart: Heart) -> AsyncIterator[Heart]:
    """Return a process that began a day after what memory holds was said."""
    for text in ("I like tea", "My secret"):
        await heart.ask(text)
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.services.reconciliation.listening_since(later.clock.now(), SHARD)
        later.reader.channels[ROOM.channel_id] = await as_discord_has_it(heart)
        yield later


async def as_discord_has_it(heart: Heart) -> list[Incoming]:
    """Return Discord's copy of a channel that is just what memory holds."""
    return [
        heart.message(
            turn.text,
            JOHN if turn.author_id else MARY,
            message_id=turn.message_id,
            mentions_us=False,
        )
        for turn in await heart.turns()
    ]


def change(heart: Heart, text: str, new: str | None) -> None:
    """Edit a message on Discord, or delete it, with nobody listening."""
    before = heart.reader.channels[ROOM.channel_id]
    heart.reader.channels[ROOM.channel_id] = [
        message if message.text != text else replace(message, text=new or "", edited_at=heart.clock.now())
        for message in before
        if message.text != text or new is not None
    ]


async def test_what_was_deleted_meanwhile_is_forgotten_when_it_is_next_used(returned: Heart) -> None:
    change(returned, "My secret", None)
    await returned.ask("What do you know?")

    assert "My secret" not in str(returned.completer.last)
    assert "I like tea" in str(returned.completer.last)


async def test_what_was_edited_meanwhile_is_read_as_it_is_now(returned: Heart) -> None:
    change(returned, "I like tea", "I like coffee")
    await returned.ask("What do I like?")

    assert returned.completer.last[1] == ("user", "John: I like coffee")


async def test_an_edit_that_memory_knows_changes_nothing(returned: Heart) -> None:
    change(returned, "I like tea", "I like tea")
    await returned.ask("What do I like?")

    assert returned.completer.last[1] == ("user", "John: I like tea")


async def test_names_that_changed_meanwhile_are_no_edit(returned: Heart) -> None:
    said = returned.reader.channels[ROOM.channel_id]
    returned.reader.channels[ROOM.channel_id] = [replace(one, text=f"{one.text}, @Nick") for one in said]
    await returned.ask("What do I like?")

    assert returned.completer.last[1] == ("user", "John: I like tea")


async def test_what_stayed_as_it_was_stays(returned: Heart) -> None:
    await returned.ask("What do you know?")

    assert [content for _, content in returned.completer.last[1:]] == [
        "John: I like tea",
        "Answer 1",
        "John: My secret",
        "Answer 2",
        "John: What do you know?",
    ]


async def test_each_message_is_looked_at_once(returned: Heart) -> None:
    for number in range(3):
        await returned.ask(f"Question {number}")

    assert len(returned.reader.asked) == 1


async def test_what_was_said_while_we_listened_is_not_looked_at(heart: Heart) -> None:
    heart.services.reconciliation.listening_since(START - CLOCKS_DIFFER - timedelta(hours=1), SHARD)
    for number in range(3):
        await heart.ask(f"Question {number}")

    assert heart.reader.asked == []


async def test_after_a_lost_connection_everything_is_looked_at_again(returned: Heart) -> None:
    await returned.ask("What do you know?")
    change(returned, "My secret", None)
    returned.clock.pass_time(hours=1)
    returned.services.reconciliation.listening_since(returned.clock.now(), SHARD)
    await returned.ask("And now?")

    assert "My secret" not in str(returned.completer.last)


async def test_an_answer_that_was_deleted_meanwhile_is_forgotten(returned: Heart) -> None:
    change(returned, "Answer 1", None)
    await returned.ask("What do you know?")

    assert "Answer 1" not in [content for _, content in returned.completer.last]


async def test_a_quoted_message_that_was_deleted_meanwhile_is_no_longer_quoted(heart: Heart) -> None:
    await heart.ask("Is it so?", reply_to=Reference(snowflake(START) - 1, "My secret", MARY))
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = await as_discord_has_it(heart)
        await later.ask("What do you know?")

        assert "My secret" not in str(later.completer.last)


async def test_a_quoted_message_that_was_edited_meanwhile_is_quoted_as_it_is_now(heart: Heart) -> None:
    quoted = snowflake(START) - 1
    await heart.ask("Is it so?", reply_to=Reference(quoted, "Tea is a soup", MARY))
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        edited = heart.message("Tea is no soup", MARY, message_id=quoted, mentions_us=False)
        later.reader.channels[ROOM.channel_id] = [
            *await as_discord_has_it(heart),
            replace(edited, edited_at=later.clock.now()),
        ]
        await later.ask("What do you know?")

        assert "Tea is a soup" not in str(later.completer.last)
        assert "Tea is no soup" in str(later.completer.last)


async def test_the_files_of_a_turn_behind_the_cut_stay_when_it_is_quoted_and_was_edited(heart: Heart) -> None:
    notes = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")
    heart.reader.files[notes.id] = b"Buy milk"
    first = await heart.say("I like tea", attachments=(notes,))
    await heart.answered(first)
    await heart.ask("Is it so?", MARY, reply_to=Reference(first.message_id, "I like tea", JOHN))
    turns = await heart.turns()
    await heart.store.turns.cut(ROOM.channel_id, turns[1].position, "")
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = [
            replace(first, text="I like coffee", edited_at=later.clock.now()),
            *(await as_discord_has_it(heart)),
        ]
        await later.ask("What do you know?")

        [*_, oldest] = await later.store.journal.page(ROOM.channel_id, None, 10)
        assert [part.name for part in oldest.parts] == ["notes.txt"]


async def test_a_file_that_was_taken_off_its_message_meanwhile_is_forgotten(heart: Heart) -> None:
    notes = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")
    heart.reader.files[notes.id] = b"My secret"
    await heart.ask("Look", attachments=(notes,))
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = [
            replace(message, edited_at=later.clock.now()) for message in await as_discord_has_it(heart)
        ]
        await later.ask("What do you know?")

        assert "Look" in str(later.completer.last)
        assert "My secret" not in str(later.completer.last)


async def test_an_answer_of_which_any_message_was_deleted_meanwhile_is_forgotten(heart: Heart) -> None:
    question = await heart.say("Tell me all")
    await heart.answered(question)
    answer = await heart.answer_to(question)
    both = (*answer.message_ids, answer.message_ids[0] + 1)
    await heart.store.answers.checkpoint(answer.id, None, both)
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = await as_discord_has_it(heart)
        await later.ask("What do you know?")

        assert "Answer 1" not in [content for _, content in later.completer.last]


async def test_what_was_forwarded_from_elsewhere_stays(heart: Heart) -> None:
    await heart.ask("Look", forwards=(Reference(snowflake(START) - 1, "News from elsewhere"),))
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = await as_discord_has_it(heart)
        await later.ask("What is new?")

        assert "News from elsewhere" in str(later.completer.last)


async def test_a_channel_that_may_not_be_read_back_is_taken_as_it_is(returned: Heart) -> None:
    returned.reader.may_read = False
    change(returned, "My secret", None)
    await returned.ask("What do you know?")

    assert "My secret" in str(returned.completer.last)


async def test_what_could_not_be_read_back_is_looked_at_with_the_next_question(returned: Heart) -> None:
    change(returned, "My secret", None)
    returned.reader.may_read = False
    await returned.ask("What do you know?")
    returned.reader.may_read = True
    await returned.ask("And now?")

    assert "My secret" not in str(returned.completer.last)
    assert "I like tea" in str(returned.completer.last)


async def test_a_connection_lost_during_a_check_has_all_of_it_looked_at_again(
    returned: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = returned.reader.before

    async def lose_the_connection(*asked: Any, **bounds: Any) -> Any:
        found = await read(*asked, **bounds)
        returned.services.reconciliation.listening_since(returned.clock.now(), SHARD)
        return found

    monkeypatch.setattr(returned.reader, "before", lose_the_connection)
    await returned.ask("What do you know?")
    monkeypatch.undo()
    change(returned, "My secret", None)
    await returned.ask("And now?")

    assert "My secret" not in str(returned.completer.last)


async def test_what_lies_further_back_than_is_read_is_taken_as_it_is(heart: Heart) -> None:
    old = heart.message("").message_id
    new = old + MOST_READ
    await heart.ask("My secret", message_id=old)
    await heart.ask("I like tea", message_id=new)
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = [
            heart.message("Lunch?", MARY, message_id=message_id, mentions_us=False)
            for message_id in range(old + 1, new + MOST_READ)
        ]
        await later.ask("What do you know?")

        assert "My secret" in str(later.completer.last)


async def test_words_that_we_were_asked_about_in_somebody_elses_name_stay(returned: Heart) -> None:
    said = returned.reader.channels[ROOM.channel_id]
    returned.reader.channels[ROOM.channel_id] = [
        message
        if message.text != "I like tea"
        else replace(message, speaker=MARY, text="Posted for John", edited_at=START)
        for message in said
    ]
    await returned.ask("What do you know?")

    assert returned.completer.last[1] == ("user", "John: I like tea")


async def test_an_answer_that_never_came_to_the_screen_is_taken_as_it_is(heart: Heart) -> None:
    await heart.queue.drain(0)
    question = await heart.store.questions.find((await heart.say("I like tea")).message_id)
    assert question is not None
    answer = await heart.store.answers.begin(question.id, "gpt-4.1-mini")
    assert answer is not None
    await heart.store.answers.finish(
        answer.id, FinalAnswer(State.COMPLETE, "So do I", 2, "o200k_base", Outcome(Reason.DONE))
    )
    async with started_again(heart) as later:
        await later.ask("What do we like?")

        assert later.completer.last[2] == ("assistant", "So do I")


async def statements_of_a_check(exchanges: int) -> int:
    """Return how many statements it takes to hold so many exchanges against Discord's copy."""
    async with beating() as heart:
        for number in range(exchanges):
            question = NewTurn(
                3 * number + 1, ROOM, JOHN, "John", "Hello", heart.clock.now(), State.WAITING, 1, "o"
            )
            question_id = await heart.store.turns.add(question)
            answer = await heart.store.answers.begin(question_id or 0, "m")
            assert answer is not None
            await heart.store.answers.checkpoint(answer.id, "Hi", (3 * number + 2, 3 * number + 3))
            outcome = FinalAnswer(State.COMPLETE, "Hi", 1, "o", Outcome(Reason.DONE))
            await heart.store.answers.finish(answer.id, outcome)
        heart.reader.channels[ROOM.channel_id] = [
            heart.message("Hello", message_id=number + 1) for number in range(3 * exchanges)
        ]
        turns = await heart.turns()
        statements: list[str] = []
        sqlite_of(heart.store.turns._database).set_trace_callback(statements.append)
        await heart.services.reconciliation.check(ROOM, turns)
        assert len(turns) == 2 * exchanges
        assert len(heart.reader.asked) == 1
        return len(statements)


@pytest.mark.sqlite
async def test_a_check_takes_as_many_statements_for_many_answers_as_for_one() -> None:
    assert await statements_of_a_check(1) == await statements_of_a_check(50)


OPEN, LATER = f"[poll: When?]\n- Friday: 0 votes\n{POLL_OPEN}", "[poll: When?]\n- Friday: 3 votes"


@pytest.mark.parametrize("later", [f"{LATER}\n{POLL_OPEN}", f"{LATER}\n[the poll has ended]"])
async def test_an_open_poll_is_looked_up_at_each_question_until_it_ended(heart: Heart, later: str) -> None:
    poll = await heart.say(OPEN)
    await heart.answered(poll)
    heart.reader.channels[ROOM.channel_id] = [replace(poll, text=later)]
    looked_up = (poll.message_id + 1, poll.message_id)
    for times in (2, 3 if POLL_OPEN in later else 2):
        await heart.ask("And now?")

        assert later in "\n".join(text for _, text in heart.completer.last)
        assert heart.reader.asked.count(looked_up) == times


async def test_a_quoted_poll_that_is_gone_stays_as_it_was(heart: Heart) -> None:
    poll = heart.message(OPEN, MARY)
    await heart.ask("Who leads?", reply_to=Reference(poll.message_id, OPEN, MARY))

    await heart.ask("And now?")

    assert "- Friday: 0 votes" in "\n".join(text for _, text in heart.completer.last)


async def test_a_quoted_poll_is_told_as_it_is_now(heart: Heart) -> None:
    heart.reader.channels[ROOM.channel_id] = [heart.message(LATER, MARY, message_id=77)]

    await heart.ask("Who leads?", reply_to=Reference(77, OPEN, MARY))

    assert "- Friday: 3 votes" in "\n".join(text for _, text in heart.completer.last)


def test_an_id_tells_when_its_message_was_said() -> None:
    assert moment_of(snowflake(START)) == START


async def test_a_proxys_copy_above_a_thread_is_what_the_thread_was_opened_from(heart: Heart) -> None:
    before = START - timedelta(hours=1)
    copied, deleted, late = (snowflake(before + timedelta(seconds=seconds)) for seconds in (0, 1, 60))
    opened = ChannelKey(copied, guild_id=1, parent_id=ROOM.channel_id)
    heart.reader.references = {one: Reference(one, "as above") for one in (copied, late)}
    for message_id, text in ((copied, "Copied"), (deleted, "Deleted"), (late, "Late")):
        await heart.ask(text, key=opened, message_id=message_id)
    await heart.ask("And now?", key=opened)

    asked = await heart.words(opened)
    assert [text for text in asked if not text.startswith("Answer")] == ["Copied", "And now?"]
