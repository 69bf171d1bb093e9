"""The commands on a message: ask about it, count it, see how an answer came about."""

import json

import pytest
from openai.types.chat import ChatCompletion

from bot.texts import listed, members
from playground.world import permissions
from playground.world.entities import Message
from playground.world.people import Person
from tests.cogs.acting import exchange, pressed, sent, shown, told, words
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def asked_about(person: Person, message: Message, question: str = "") -> Message:
    """Ask about a message through the form, and return what the asker alone is told."""
    modal = await person.menu(listed.MENU_ASK, message).asked()
    return await person.submit(modal, {str(members.ASK_FIELD): question} if question else {}).answered()


async def details(room: Room, person: Person, message: Message) -> Message:
    """Ask for an answer's details once it is stored, which is right after it is shown."""
    await room.until(lambda: not room.app.services.queue.everywhere())
    return await person.menu(listed.MENU_DETAILS, message).answered()


def posted(room: Room, channel: str = "general") -> list[Message]:
    """Return the questions that the bot posted for others."""
    return [one for one in room.world.channel(channel).messages.values() if "asks about" in one.content]


async def test_a_question_about_a_message_is_posted_and_answered(
    room: Room, alex: Person, sam: Person
) -> None:
    room.playground.model.answer("It is blue.")
    message = sam.post("general", "The sky is green, @everyone.")

    told_alone = await asked_about(alex, message, "Is that so?")
    (question,) = posted(room)
    (answer,) = await room.answered(question)

    assert question.content.startswith("**Alex** asks about https://discord.com/channels/")
    assert question.content.endswith(f"/{message.id}: Is that so?")
    assert (question.mention_ids, question.mentions_everyone) == ([], False)
    assert str(question.id) in told_alone.content
    assert answer.content == "It is blue."
    assert sent(room)[-1][1].startswith('Alex: Is that so?\n\n<quoted_message from="Sam')
    assert "The sky is green, @everyone." in sent(room)[-1][1]


async def test_the_question_is_the_askers(room: Room, alex: Person, sam: Person) -> None:
    gate = room.playground.model.script("Well, ", "no.").hold()
    await asked_about(alex, sam.post("general", "Hello"))
    await gate.reached()
    (question,) = posted(room)
    await room.until(lambda: room.replies(question))

    alex.press(room.replies(question)[0], "Stop")
    (answer,) = await room.answered(question)

    assert members.STOPPED_BY.format(name="Alex") in answer.content
    assert str(members.ASK_PLACEHOLDER) in question.content
    assert sent(room)[-1][1].startswith(f"Alex: {members.ASK_PLACEHOLDER}\n\n<quoted_message ")
    assert (await words(room))[0] == ""  # it is no sentence of theirs


async def test_the_question_keeps_its_words_after_a_restart(room: Room, alex: Person, sam: Person) -> None:
    await asked_about(alex, sam.post("general", "Hello"), "Who greets?")
    await room.answered(posted(room)[0])
    await room.stop()
    await room.start()

    await exchange(room, "And now?", "Yes")

    assert sent(room)[1][1].startswith("Alex: Who greets?")


async def test_a_deleted_question_is_forgotten(room: Room, alex: Person, sam: Person, mo: Person) -> None:
    await asked_about(alex, sam.post("general", "Hello"), "Who greets?")
    (question,) = posted(room)
    (answer,) = await room.answered(question)
    mo.delete(question, answer)
    await room.until(lambda: room.playground.wire.events("MESSAGE_DELETE_BULK"))

    await exchange(room, "And now?", "Yes")

    assert await words(room) == ["And now?", "Yes"]


async def test_who_does_not_want_to_be_read_is_not_read(room: Room, alex: Person, sam: Person) -> None:
    message = sam.post("general", "A secret")
    await told(sam, "privacy ignore on")

    said = await asked_about(alex, message, "What is this?")

    assert said.content == str(members.ASK_WITHHELD)
    assert posted(room) == []
    assert await words(room) == []


async def test_a_message_that_says_nothing_can_not_be_asked_about(
    room: Room, alex: Person, mo: Person
) -> None:
    notice = mo.pin(mo.post("general", "Read this first"))
    picture = mo.post("general", files=[("cat.png", b"\x89PNG")])

    said = await alex.menu(listed.MENU_ASK, notice).answered()
    modal = await alex.menu(listed.MENU_ASK, picture).asked()

    assert said.content == str(members.NOTHING_TO_ASK_ABOUT)
    assert modal.title == str(members.ASK_FORM)


async def test_a_message_that_was_deleted_while_the_form_was_open_is_not_asked_about(
    room: Room, alex: Person, sam: Person
) -> None:
    message = sam.post("general", "A secret")
    modal = await alex.menu(listed.MENU_ASK, message).asked()
    sam.delete(message)

    said = await alex.submit(modal, {}).answered()

    assert said.content == str(members.ASK_GONE)
    assert posted(room) == []
    assert await words(room) == []


async def test_a_message_that_was_edited_while_the_form_was_open_is_asked_about_as_it_is(
    room: Room, alex: Person, sam: Person
) -> None:
    message = sam.post("general", "A secret")
    modal = await alex.menu(listed.MENU_ASK, message).asked()
    sam.edit(message, "Nothing")

    await alex.submit(modal, {}).answered()
    await room.answered(posted(room)[0])

    assert "Nothing" in sent(room)[-1][1]
    assert "A secret" not in sent(room)[-1][1]


async def test_a_message_that_was_emptied_while_the_form_was_open_is_not_asked_about(
    room: Room, alex: Person, sam: Person
) -> None:
    message = sam.post("general", "A secret", files=[("a.txt", b"a")])
    modal = await alex.menu(listed.MENU_ASK, message).asked()
    message.attachments.clear()
    sam.edit(message, "")

    assert (await alex.submit(modal, {}).answered()).content == str(members.NOTHING_TO_ASK_ABOUT)


async def test_where_a_message_can_not_be_read_again_it_is_not_asked_about(
    room: Room, alex: Person, sam: Person
) -> None:
    modal = await alex.menu(listed.MENU_ASK, sam.post("general", "A secret")).asked()
    room.world.deny(room.world.channel("general"), room.world.bot, permissions.READ_MESSAGE_HISTORY)

    assert (await alex.submit(modal, {}).answered()).content == str(members.ASK_UNREADABLE)
    assert posted(room) == []


async def test_who_may_not_write_may_not_ask(room: Room, alex: Person, sam: Person) -> None:
    message = sam.post("general", "Hello")
    modal = await alex.menu(listed.MENU_ASK, message).asked()
    room.world.deny(room.world.channel("general"), alex, permissions.SEND_MESSAGES)

    at_once = await alex.menu(listed.MENU_ASK, message).answered()
    with_form = await alex.submit(modal, {}).answered()

    assert at_once.content == with_form.content == members.NEEDS_PERMISSION.format(permission="Send Messages")
    assert posted(room) == []


async def test_where_the_bot_may_not_write_it_says_so(room: Room, alex: Person, sam: Person) -> None:
    message = sam.post("general", "Hello")
    room.world.deny(room.world.channel("general"), room.world.bot, permissions.SEND_MESSAGES)

    assert (await alex.menu(listed.MENU_ASK, message).answered()).content == str(members.CANT_WRITE_HERE)


async def test_a_question_that_would_have_to_wait_for_an_hour_is_not_asked(
    room: Room, alex: Person, sam: Person
) -> None:
    room.playground.faults.rate_limit("POST", "/channels/*/messages", retry_after=3600.0)
    said = []
    for text in ("Hello", "Hello again"):
        modal = await alex.menu(listed.MENU_ASK, sam.post("general", text)).asked()
        said.append((await alex.submit(modal, {}).answered()).content)

    assert said == [str(members.NOT_POSTED)] * 2
    assert room.playground.model.requests == []


async def test_a_right_lost_at_the_last_moment_is_told(room: Room, alex: Person, sam: Person) -> None:
    modal = await alex.menu(listed.MENU_ASK, sam.post("general", "Hello")).asked()
    room.playground.faults.next("POST", "/channels/*/messages", status=403, body={"code": 50013})

    said = await alex.submit(modal, {}).answered()

    assert said.content == str(members.CANT_WRITE_HERE)


async def test_one_can_ask_in_a_direct_conversation(room: Room, alex: Person) -> None:
    answer = await exchange(room, "Hello", "Good day", "dm")
    room.playground.model.answer("A greeting.")

    await asked_about(alex, answer, "What is that?")
    await room.until(lambda: len(room.playground.model.requests) == 2)

    assert sent(room)[-1] == ("user", "What is that?")  # the newest answer stands right before it


async def test_a_message_is_counted_as_the_model_would_read_it(room: Room, alex: Person, sam: Person) -> None:
    message = sam.post("general", f"{alex.mention} Hello")

    said = await alex.menu(listed.MENU_COUNT, message).answered()

    assert said.content.startswith("**3 tokens** and **11 characters**")
    assert said not in sam.sees("general")


async def test_a_message_without_text_has_nothing_to_count(alex: Person, sam: Person) -> None:
    message = sam.post("general", files=[("a.bin", b"\0")])

    assert (await alex.menu(listed.MENU_COUNT, message).answered()).content == str(members.NO_TEXT_TO_COUNT)


async def test_the_details_of_an_answer_come_with_its_whole_completion(room: Room, mo: Person) -> None:
    answer = await exchange(room, "Hello", "Hi")

    said = await details(room, mo, answer)
    (file,) = said.attachments
    completion = ChatCompletion.model_validate_json(file.data)

    assert "Model: `gpt-4.1-mini`" in shown(said)
    assert f"Id: `{completion.id}`" in shown(said)
    assert "Finish reason: stop" in shown(said)
    assert "20 in (0 cached), 1 out" in shown(said)
    assert "Time to first word: 0." in shown(said)
    assert completion.choices[0].message.content == "Hi"
    assert json.loads(file.data)["usage"]["prompt_tokens"] == 20


async def test_who_asked_sees_the_bill_and_how_the_answer_was_made(room: Room, alex: Person) -> None:
    answer = await exchange(room, "Hello", "Hi")

    said = await details(room, alex, answer)

    assert "Model: `gpt-4.1-mini`" in shown(said)
    assert "20 in (0 cached), 1 out" in shown(said)
    assert str(members.DETAIL_NO_JSON) not in shown(said)
    assert said.attachments == []


async def test_nobody_else_sees_how_an_answer_came_about(room: Room, sam: Person) -> None:
    answer = await exchange(room, "Hello", "Hi")

    assert (await details(room, sam, answer)).content == members.ASKER_OR_PERMISSION.format(
        permission="Manage Channels"
    )


async def test_what_the_model_thought_is_shown_to_nobody(room: Room, mo: Person) -> None:
    room.playground.model.script().delta({"reasoning_content": "A secret."}).text("Hi")
    (answer,) = await room.ask("Hello")

    said = await details(room, mo, answer)
    (file,) = said.attachments
    stored = await room.store.answers.by_message(answer.id)

    assert "secret" not in file.data.decode()
    assert "secret" not in str(stored)


async def test_a_try_in_vain_is_told_with_the_model_that_was_asked(room: Room, alex: Person) -> None:
    answer = await exchange(room, "Hello", "Hi")
    await room.store.places.change(room.key("general"), alex.id, guild_wide=False, model="gpt-4o")
    room.playground.model.fail(401)
    alex.press(answer, str(members.REGENERATE))
    await room.until(lambda: str(members.KEY_REFUSED) in answer.content)

    said = await details(room, alex, answer)
    stored = await room.store.answers.by_message(answer.id)

    assert room.playground.model.last.model == "gpt-4o"
    assert "Model: `gpt-4.1-mini`" in shown(said)
    assert f"{members.DETAIL_TRIED}: `gpt-4o`" in shown(said)
    assert stored is not None
    assert stored.model == "gpt-4.1-mini"


async def test_an_answer_that_failed_has_details_without_a_completion(room: Room, alex: Person) -> None:
    room.playground.model.fail(401)
    (answer,) = await room.ask("Hello")

    said = await details(room, alex, answer)

    assert str(members.DETAIL_NO_JSON) in shown(said)
    assert "State: failed" in shown(said)
    assert said.attachments == []


@pytest.mark.parametrize("whose", ["question", "answer that was reset"])
async def test_other_messages_have_no_details(room: Room, alex: Person, mo: Person, whose: str) -> None:
    question = room.post("Hello")
    (answer,) = await room.answered(question)
    if whose == "question":
        target = question
    else:
        target = answer
        await pressed(room, mo, await told(mo, "reset"), "Reset")

    assert (await details(room, alex, target)).content == str(members.NO_DETAILS)
