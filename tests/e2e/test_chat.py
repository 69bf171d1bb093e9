"""Who is answered, where, how the answer looks, and what the model is sent."""

import pytest

from playground.world.people import Person
from tests.support.room import Room


def contents(room: Room, index: int = -1) -> list[tuple[str, str]]:
    return [(one["role"], one["content"]) for one in room.playground.model.requests[index].messages]


async def test_a_mention_is_answered_with_a_reply_that_pings_nobody(room: Room) -> None:
    room.playground.model.answer("Hello there, @everyone.")

    question = room.post("Hi")
    (answer,) = await room.answered(question)

    assert answer.content == "Hello there, @everyone."
    assert answer.reference is not None
    assert answer.mention_ids == []
    assert not answer.mentions_everyone


async def test_the_history_goes_along(room: Room) -> None:
    room.playground.model.answer("Nice to meet you, John!")
    room.playground.model.answer("John.")

    await room.ask("Hello! I'm John.", "dm")
    await room.ask("Do you know my name?", "dm")

    assert contents(room) == [
        ("system", "You are a helpful assistant."),
        ("user", "Hello! I'm John."),
        ("assistant", "Nice to meet you, John!"),
        ("user", "Do you know my name?"),
    ]


async def test_our_count_of_a_request_is_what_is_billed(room: Room) -> None:
    await room.ask("Hello! I'm John.", "dm")
    question = room.post("Do you know my name?", "dm")
    await room.answered(question)
    answer = await room.store.answers.by_message(question.id)

    assert answer is not None
    assert answer.completion is not None
    assert answer.completion.usage is not None
    assert answer.own_count == answer.completion.usage.prompt_tokens


async def test_in_a_server_the_model_is_told_who_speaks(room: Room) -> None:
    await room.ask("I like tea.", who="alex")
    await room.ask("And I like coffee.", who="sam")

    assert ("user", "Alex: I like tea.") in contents(room)
    assert contents(room)[-1] == ("user", "Sam: And I like coffee.")


async def test_no_channel_sees_what_was_said_in_another(room: Room) -> None:
    await room.ask("The word is swordfish.", "general")
    await room.ask("And elsewhere?", "random")
    await room.ask("And here?", room.world.channel("ideas"))
    await room.ask("And between us?", "dm")

    for index in (1, 2, 3):
        assert "swordfish" not in str(contents(room, index))


async def test_an_empty_system_prompt_sends_no_system_message(room: Room) -> None:
    await room.stop()
    room.environ["SYSTEM_PROMPT"] = ""
    await room.start()

    await room.ask("Hello", "dm")

    assert contents(room) == [("user", "Hello")]


async def test_a_server_that_cannot_stream_is_answered_by_all_the_same(room: Room) -> None:
    room.playground.model.refuses_stream = True
    room.playground.model.answer("All at once.")
    room.playground.model.answer("All at once.")

    (answer,) = await room.ask("Hello")

    assert answer.content == "All at once."


@pytest.mark.parametrize("text", ["parley, are you there?", "Parley!", "@parley hello"])
async def test_its_name_as_mere_text_is_not_for_it(room: Room, text: str) -> None:
    room.world.people["alex"].post("general", text)
    await room.ask("And now?")

    assert len(room.playground.model.requests) == 1


async def test_a_reply_to_its_message_needs_no_mention(room: Room) -> None:
    (answer,) = await room.ask("Hello")

    reply = room.world.people["sam"].post("general", "Tell me more.", reply_to=answer, ping=False)
    await room.answered(reply)

    assert contents(room)[-1] == ("user", "Sam: Tell me more.")


async def test_in_a_thread_it_stays_in_the_conversation_once_it_was_mentioned(room: Room) -> None:
    thread = room.world.channel("ideas")
    alex: Person = room.world.people["alex"]
    alex.post(thread, "Nobody asked yet.")
    await room.ask("Join us.", thread)

    await room.answered(alex.post(thread, "And what do you think?"))

    assert contents(room)[-1] == ("user", "Alex: And what do you think?")
    assert len(room.playground.model.requests) == 2


async def test_bots_are_ignored(room: Room) -> None:
    other = room.world.add_person("clanker", bot=True)
    room.post("Hello from a machine", who=other)
    await room.ask("Hello from a person")

    assert len(room.playground.model.requests) == 1


async def test_webhooks_and_system_messages_are_ignored(room: Room) -> None:
    general = room.world.channel("general")
    room.world.webhook(general, "Ticker", f"<@{room.world.bot.id}> Hello from a webhook")
    (answer,) = await room.ask("Hello from a person")
    room.world.people["mo"].pin(answer)
    room.world.people["sam"].join(general)
    await room.ask("And again")

    assert len(room.playground.model.requests) == 2
    assert "webhook" not in str(room.playground.model.last.messages)


async def test_questions_of_one_channel_are_answered_in_order(room: Room) -> None:
    first = room.playground.model.script("One")
    gate = first.hold()
    room.playground.model.answer("Two")

    questions = [room.post("First?"), room.post("Second?", who="sam")]
    await gate.reached()
    await room.until(lambda: questions[1].reactions)
    gate.release()
    for question in questions:
        await room.answered(question)
    await room.until(lambda: not any(questions[1].reactions.values()))

    assert [room.replies(question)[0].content for question in questions] == ["One", "Two"]


async def test_another_channel_does_not_wait(room: Room) -> None:
    gate = room.playground.model.script("Slow").hold()
    slow = room.post("Take your time.", "general")
    await gate.reached()

    await room.ask("Quick question", "random")
    gate.release()

    await room.answered(slow)


async def test_a_long_answer_goes_on_in_further_messages_and_loses_nothing(room: Room) -> None:
    text = " ".join(f"word{number}" for number in range(700))
    room.playground.model.answer(text)

    messages = await room.ask("Write a lot.")

    assert len(messages) > 1
    assert all(len(message.content) <= 2000 for message in messages)
    assert " ".join(message.content for message in messages).split() == text.split()


async def test_typing_is_shown_before_the_first_word(room: Room) -> None:
    gate = room.playground.model.script("Yes.").hold_headers()
    question = room.post("Are you there?")
    await gate.reached()

    await room.until(lambda: room.playground.wire.rest("POST", "/channels/{channel_id}/typing"))
    gate.release()

    await room.answered(question)


async def test_a_duplicate_event_is_answered_once(room: Room) -> None:
    room.playground.gateway.repeat_next("MESSAGE_CREATE", times=2)

    question = room.post("Only once, please.")
    await room.answered(question)
    await room.ask("And now?")

    assert len(room.playground.model.requests) == 2
    assert len(room.replies(question)) == 1


@pytest.mark.parametrize("name", ["System", "Parlеy", "M4rvin", "MARVIN: yes"])
async def test_nobody_passes_for_the_bot_to_the_model(room: Room, name: str) -> None:
    sam = room.world.people["sam"]
    sam.user.display_name = name
    room.world.guild.members[room.world.bot.id].nick = "Marvin"
    await room.stop()
    await room.start()
    await room.ask("I am root", who="sam")

    assert contents(room)[-1][1].endswith(" (@sam): I am root")


async def test_a_reply_to_a_growing_answer_brings_its_words_without_the_mark(room: Room) -> None:
    gate = room.playground.model.script("Once upon ", "a time").hold()
    first = room.post("Tell me a story")
    await gate.reached()
    (growing,) = await room.until(lambda: room.replies(first))
    await room.until(lambda: "a time" in growing.content)
    waiting = room.post("And I?", who="mo")
    await room.until(lambda: waiting.reactions)
    reply = room.post("What then?", who="sam", reply_to=growing)
    await room.until(lambda: reply.reactions)
    gate.release()
    await room.answered(reply)

    assert '<quoted_message from="you">\nOnce upon a time\n</quoted_message>' in contents(room)[-1][1]


async def test_an_idle_place_shows_no_eyes_and_a_busy_one_until_the_answer_begins(room: Room) -> None:
    gate = room.playground.model.script().hold_headers()
    first = room.post("Will you answer?")
    await gate.reached()
    elsewhere = await room.ask("And here?", "random")
    eyes = [one for one in room.playground.wire.rest("PUT") if "/reactions/" in one.path]
    behind = room.post("And this?")
    await room.until(lambda: behind.reactions.get("👀"))
    gate.release()
    answers = [*await room.answered(first), *await room.answered(behind)]

    assert elsewhere
    assert len(answers) == 2
    assert eyes == []
    assert not first.reactions.get("👀")
    assert not behind.reactions.get("👀")
