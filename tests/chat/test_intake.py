"""What happens to a message that is for the bot, or that others refer to."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import texts
from bot.chat.runs import Why
from bot.rules.model import AttachmentRef, Part, PartKind, Reference, Speaker, State
from tests.chat.heart import DIRECT, JOHN, MARY, MODERATOR, OTHER_ROOM, ROOM, THREAD, Heart
from tests.support.fakes import completion

OTHER_JOHN = Speaker(300, "JOHN", "john_2")
NOTES = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")


async def test_a_question_is_stored_before_the_model_is_asked(heart: Heart) -> None:
    await heart.say("Hello")

    assert heart.completer.requests == []
    assert await heart.words() == ["Hello"]


async def test_what_is_not_for_us_is_not_stored(heart: Heart) -> None:
    await heart.say("Hello everybody", mentions_us=False)

    assert await heart.words() == []


async def test_a_duplicate_event_is_answered_once(heart: Heart) -> None:
    question = await heart.say("Hello")
    await heart.intake.receive(question)
    await asyncio.gather(heart.intake.receive(question), heart.intake.receive(question))
    await heart.ask("Again")

    assert len(heart.sinks(question)) == 1
    assert len(heart.completer.requests) == 2


async def test_messages_of_one_channel_are_answered_in_order(heart: Heart) -> None:
    questions = [await heart.say(f"Question {number}") for number in range(4)]
    await heart.answered(questions[-1])

    asked = [sink.spot.question_message_id for sink in heart.screen.sinks]
    assert asked == [question.message_id for question in questions]


async def test_different_channels_are_answered_at_the_same_time(heart: Heart) -> None:
    gate = asyncio.Event()
    for _ in range(3):
        heart.completer.will(gate, "Hi", completion())
    for key in (ROOM, OTHER_ROOM, DIRECT):
        await heart.say("Hello", key=key)
    await heart.asked_the_model(3)

    assert heart.completer.streams == 3


async def test_no_channel_sees_the_history_of_another(heart: Heart) -> None:
    await heart.ask("The password is tea", key=OTHER_ROOM)
    await heart.ask("What is the password?", key=ROOM)

    assert heart.completer.last == [("system", "Be brief."), ("user", "John: What is the password?")]


async def test_in_a_dm_the_model_is_not_told_who_speaks(heart: Heart) -> None:
    await heart.ask("Hello", key=DIRECT, mentions_us=False)

    assert heart.completer.last[-1] == ("user", "Hello")


async def test_a_thread_that_the_bot_takes_part_in_needs_no_mention(heart: Heart) -> None:
    await heart.ask("Hello", key=THREAD)
    await heart.ask("And you?", key=THREAD, mentions_us=False)

    assert heart.completer.last[-1] == ("user", "John: And you?")


async def test_a_message_that_can_not_be_answered_is_kept(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    await heart.intake.receive(heart.message("Hello", attachments=(NOTES,)), can_answer=False)
    await heart.ask("And now?")

    assert len(heart.completer.requests) == 1
    assert heart.completer.last[1][1].startswith("John: Hello")


async def test_who_wants_to_be_ignored_is_not_stored_in_an_auto_channel(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    await heart.store.people.ignore(JOHN.id, on=True)
    await heart.say("Just talking", mentions_us=False)

    assert await heart.words() == []


async def test_two_people_with_the_same_name_are_told_apart(heart: Heart) -> None:
    await heart.ask("I like tea", JOHN)
    await heart.ask("I like coffee", OTHER_JOHN)
    await heart.ask("And I like cake", JOHN)

    asked = [content for role, content in heart.completer.last if role == "user"]
    assert asked == ["John: I like tea", "JOHN (@john_2): I like coffee", "John: And I like cake"]


# What a message refers to.


async def quote_of(
    heart: Heart, reference: Reference | None, speaker: Speaker = JOHN, text: str = "Is it so?"
) -> str:
    """Ask about another message and return what the model was shown."""
    await heart.ask(text, speaker, reply_to=reference)
    return heart.completer.last[-1][1]


async def test_a_reply_to_somebody_else_brings_their_words(heart: Heart) -> None:
    shown = await quote_of(heart, Reference(77, "Tea is a soup.", MARY))

    assert shown == (
        'John: Is it so?\n\n<quoted_message from="Mary (@mary_1)">\nTea is a soup.\n</quoted_message>'
    )


async def test_who_spoke_here_before_is_quoted_by_the_same_name(heart: Heart) -> None:
    await heart.ask("Hello", MARY)

    assert '<quoted_message from="Mary">' in await quote_of(heart, Reference(77, "Tea is a soup.", MARY))


async def test_who_is_quoted_is_told_apart_from_who_asks(heart: Heart) -> None:
    shown = await quote_of(heart, Reference(77, "Tea is a soup.", OTHER_JOHN), JOHN)

    assert '<quoted_message from="JOHN (@john_2)">' in shown


async def test_who_quotes_themselves_is_named_as_ever(heart: Heart) -> None:
    assert '<quoted_message from="John">' in await quote_of(heart, Reference(77, "Tea is a soup.", JOHN))


async def test_a_quote_in_a_dm_is_named_too(heart: Heart) -> None:
    await heart.ask("Is it so?", key=DIRECT, reply_to=Reference(77, "Tea is a soup.", JOHN))

    assert '<quoted_message from="John">' in heart.completer.last[-1][1]


async def test_a_reply_to_the_newest_answer_is_not_quoted(heart: Heart) -> None:
    answer = await heart.ask("Hello")
    shown = await quote_of(heart, Reference(answer.message_ids[0], "Answer 1", from_us=True))

    assert shown == "John: Is it so?"


async def test_a_reply_to_an_older_answer_brings_it_back_to_mind(heart: Heart) -> None:
    old = await heart.ask("Hello")
    await heart.ask("And again")
    shown = await quote_of(heart, Reference(old.message_ids[0], "Answer 1", from_us=True))

    assert shown == 'John: Is it so?\n\n<quoted_message from="you">\nAnswer 1\n</quoted_message>'


async def test_a_reply_to_an_answer_that_was_forgotten_is_quoted(heart: Heart) -> None:
    shown = await quote_of(heart, Reference(77, "Tea is no soup.", from_us=True))

    assert '<quoted_message from="you">\nTea is no soup.' in shown


async def test_a_forward_brings_its_text(heart: Heart) -> None:
    await heart.ask("", forwards=(Reference(77, "Tea is a soup."),))

    assert heart.completer.last[-1][1] == (
        "John: \n\n<forwarded_message>\nTea is a soup.\n</forwarded_message>"
    )


async def test_the_words_of_people_who_want_to_be_ignored_are_withheld(heart: Heart) -> None:
    await heart.store.people.ignore(MARY.id, on=True)
    shown = await quote_of(heart, Reference(77, "Tea is a soup.", MARY, attachments=(NOTES,)))

    assert shown == f"John: Is it so?\n\n[{texts.QUOTE_WITHHELD}]"


async def test_who_wants_to_be_ignored_may_quote_themselves(heart: Heart) -> None:
    await heart.store.people.ignore(JOHN.id, on=True)

    assert "Tea is a soup." in await quote_of(heart, Reference(77, "Tea is a soup.", JOHN))


async def test_a_bare_mention_is_about_its_authors_own_message_before(heart: Heart) -> None:
    heart.reader.channels[ROOM.channel_id] = [
        heart.message("Is tea a soup?", JOHN, mentions_us=False),
        heart.message("Lunch?", MARY, mentions_us=False),
    ]
    await heart.ask("")

    assert '<quoted_message from="John' in heart.completer.last[-1][1]
    assert "Is tea a soup?" in heart.completer.last[-1][1]


async def test_a_bare_mention_after_an_answered_question_says_nothing_more(heart: Heart) -> None:
    question = await heart.say("Is tea a soup?")
    await heart.answered(question)
    heart.reader.channels[ROOM.channel_id] = [question]
    answer = await heart.ask("")

    assert heart.completer.last[-1] == ("user", f"John: \n\n[{texts.SAYS_NOTHING}]")
    assert answer.ending is not None
    assert answer.ending.note == ""


@pytest.mark.parametrize("may_read", [True, False])
async def test_a_bare_mention_with_nothing_before_it_says_so_to_the_model(
    heart: Heart, may_read: bool
) -> None:
    heart.reader.may_read = may_read
    await heart.ask("")

    assert texts.SAYS_NOTHING in heart.completer.last[-1][1]


async def test_the_file_of_a_quoted_message_comes_along_and_goes_with_it(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    shown = await quote_of(heart, Reference(77, "Look", MARY, attachments=(NOTES,)))
    await heart.delete(77)

    assert "Buy tea." in shown
    assert (await heart.turns())[0].parts == ()


async def test_the_file_of_a_quoted_message_goes_with_its_author(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    await quote_of(heart, Reference(77, "Look", MARY, attachments=(NOTES,)))
    await heart.store.people.delete(MARY.id)

    assert (await heart.turns())[0].parts == ()


# Edits.


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
    await quote_of(heart, Reference(quoted.message_id, quoted.text, MARY))
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


# Deletions.


async def test_a_deleted_message_is_gone_from_memory(heart: Heart) -> None:
    question = await heart.say("My secret")
    await heart.answered(question)
    await heart.delete(question.message_id)
    await heart.ask("What do you know?")

    assert "secret" not in str(heart.completer.last)


async def test_deleting_the_question_stops_its_answer(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("My secret")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.delete(question.message_id)
    answer = await heart.answered(question)

    assert heart.completer.streams == 0
    assert answer.ending is not None
    assert answer.ending.note == texts.QUESTION_GONE


async def test_deleting_the_answer_stops_it_and_takes_it_out_of_memory(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.sinks(question)[0].appear("Well")
    await heart.delete(*heart.sinks(question)[0].message_ids)
    await heart.answered(question)

    assert heart.completer.streams == 0
    assert await heart.words() == ["Hello"]


async def test_deleting_a_waiting_question_takes_it_out_of_the_line(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will(gate, "Hi", completion())
    first = await heart.say("Hello")
    waiting = await heart.say("My secret", MARY)
    await heart.delete(waiting.message_id)
    gate.set()
    await heart.answered(first)
    await heart.ask("What do you know?")

    assert heart.sinks(waiting) == []
    assert "secret" not in str(heart.completer.last)


async def test_deleting_a_gathered_message_leaves_nothing_to_answer(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    said = await heart.say("My secret", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)
    await heart.delete(said.message_id)
    heart.clock.pass_time(seconds=10)
    await heart.ask("Hello")

    assert len(heart.screen.sinks) == 1


async def test_messages_deleted_together_go_together(heart: Heart) -> None:
    questions = [await heart.say(f"Secret {number}") for number in range(3)]
    await heart.answered(questions[-1])
    await heart.delete(*(question.message_id for question in questions))

    assert not any("Secret" in text for text in await heart.words())


async def test_a_message_deleted_while_its_files_are_read_does_not_come_back(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("Look", attachments=(NOTES,))
    await heart.until(lambda: heart.sinks(question))
    await heart.delete(question.message_id)
    heart.reader.may_fetch.set()
    await heart.answered(question)
    await heart.ask("Hello")

    assert "Buy tea." not in str(heart.completer.last)


async def test_a_deleted_channel_is_forgotten_and_its_answer_stopped(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    await heart.say("Hello")
    await heart.asked_the_model()
    await heart.intake.channel_deleted(ROOM.channel_id)

    assert heart.completer.streams == 0
    assert await heart.words() == []


async def test_a_server_that_is_left_is_forgotten_and_its_answers_stopped(heart: Heart) -> None:
    for _ in range(3):
        heart.completer.will("Well", asyncio.Event())
    for key in (ROOM, OTHER_ROOM, DIRECT):
        await heart.say("Hello", key=key)
    await heart.asked_the_model(3)
    await heart.intake.guild_left(1)

    assert heart.completer.streams == 1
    assert await heart.words(ROOM) == await heart.words(OTHER_ROOM) == []
    assert await heart.words(DIRECT) == ["Hello"]


async def test_a_reset_in_mid_answer_leaves_neither_question_nor_answer(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.runs.stop_channel(ROOM.channel_id, Why.RESET)
    await heart.store.resets.reset(ROOM, MODERATOR, guild_wide=False, keep=0)
    answer = await heart.answered(question)
    await heart.ask("What do you know?")

    assert answer.ending is not None
    assert answer.ending.note == texts.HISTORY_RESET
    assert heart.completer.last[1:] == [("user", "John: What do you know?")]


async def test_files_that_could_not_be_read_are_told_to_the_asker(heart: Heart) -> None:
    answer = await heart.ask("Look", attachments=(NOTES,))

    assert answer.ending is not None
    assert answer.ending.state is State.COMPLETE
    assert answer.ending.note == texts.FILE_NOT_FETCHED.format(name="notes.txt") + "."


async def test_parts_of_a_turn_are_kept_in_the_order_in_which_they_are_shown(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    await heart.ask("Look", attachments=(NOTES,), reply_to=Reference(77, "Tea?", MARY))

    kinds = [part.kind for part in (await heart.turns())[0].parts]
    assert kinds == [PartKind.QUOTE, PartKind.FILE]


async def test_a_copy_knows_whose_words_it_holds(heart: Heart) -> None:
    await heart.ask("Is it so?", reply_to=Reference(77, "Tea?", MARY))

    [copy] = (await heart.turns())[0].parts
    assert copy == Part(PartKind.QUOTE, "Tea?", "Mary (@mary_1)", 77, MARY.id)


async def test_the_age_of_an_edit_is_measured_from_the_message(heart: Heart) -> None:
    question = await heart.say("I like tae", at=heart.clock.now() - timedelta(minutes=11))
    await heart.answered(question)
    await heart.edit(question, "I like tea")
    await heart.ask("Hello")

    assert len(heart.sinks(question)) == 1
