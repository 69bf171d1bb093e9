"""What happens to a message that is for the bot."""

import asyncio
from dataclasses import replace

from bot.rules.model import AttachmentRef, Speaker
from tests.chat.heart import DIRECT, JOHN, OTHER_ROOM, ROOM, THREAD, Heart
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
    await heart.inbox.receive(question)
    await asyncio.gather(heart.inbox.receive(question), heart.inbox.receive(question))
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
    await heart.inbox.receive(heart.message("Hello", attachments=(NOTES,)), missing=("send_messages",))
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


async def test_what_a_proxy_says_is_a_question_where_its_original_was_never_seen(heart: Heart) -> None:
    asked = await heart.ask("Is tea a soup?", Speaker(900, "Jay", "Jay"), is_proxy=True)

    assert asked.text == "Answer 1"
    assert heart.completer.last[-1][1] == "Jay: Is tea a soup?"


async def test_what_a_proxy_says_again_is_no_other_question(heart: Heart) -> None:
    await heart.ask("J: Is tea a soup?")
    await heart.say("Is tea a soup?", Speaker(900, "Jay", "Jay"), is_proxy=True)
    await heart.ask("And coffee?")

    assert [text for role, text in heart.completer.last if role == "user"] == [
        "Jay: Is tea a soup?",
        "John: And coffee?",
    ]


async def test_a_text_is_read_by_the_encodings_near_to_who_sent_it(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = "Да".encode("cp1251")
    await heart.ask("Что это?", attachments=(NOTES,), locale="de")

    assert heart.extraction.near == ("cp1251", "koi8_r", "cp1252")


async def test_what_discord_shows_of_a_link_joins_what_was_said(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    said = await heart.say("See https://example.com")
    await heart.inbox.previewed(replace(said, text="See https://example.com\n[link: Tea]"))
    await heart.inbox.previewed(heart.message("never heard"))

    assert await heart.words() == ["See https://example.com\n[link: Tea]"]


async def test_an_answer_that_is_not_seen_yet_is_begun_anew_to_a_proxys_copy(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    original = await heart.say("J: Is tea a soup?")
    await heart.asked_the_model(1)
    copy = heart.message("Is tea a soup?", Speaker(900, "Jay", "Jay"), is_proxy=True, mentions_us=False)
    await heart.inbox.copied(copy)
    await heart.answered(copy)
    await heart.inbox.copied(heart.message("Is cake a soup?", Speaker(900, "Jay", "Jay"), is_proxy=True))

    assert [sink.text for sink in heart.sinks(original)] == [""]
    assert [text for role, text in heart.completer.last if role == "user"] == ["Jay: Is tea a soup?"]


async def test_a_copy_is_a_question_of_its_own_where_its_original_is_gone_already(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    original = await heart.say("J: Is tea a soup?")
    await heart.asked_the_model(1)
    await heart.delete(original.message_id)
    copy = heart.message("Is tea a soup?", Speaker(900, "Jay", "Jay"), is_proxy=True)
    await heart.inbox.copied(copy)
    await heart.answered(copy)

    assert await heart.words() == ["Is tea a soup?", "Answer 2"]
