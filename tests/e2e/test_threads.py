"""Continue in a thread, and /thread: opened for whoever may, once, with what led to it."""

import asyncio
from typing import Any

import pytest

from bot.texts import members
from bot.texts.features import threads
from playground.world import permissions
from playground.world.entities import VOICE, Channel, Message
from playground.world.interacting.interactions import Interaction
from playground.world.threads import changing
from tests.support.room import LIMIT_SECONDS, Room

pytestmark = pytest.mark.memory


def labels(message: Message) -> list[str]:
    return [one["label"] for row in message.components for one in row["components"]]


async def told(interaction: Interaction) -> str:
    """Return what somebody alone is told."""
    answer = await interaction.answered()
    assert answer.ephemeral_for == interaction.user.id
    return answer.content


async def pressed(room: Room, answer: Message, who: str = "alex") -> str:
    return await told(room.world.people[who].press(answer, str(threads.CONTINUE_IN_THREAD)))


def opened_from(room: Room, answer: Message) -> Channel:
    return room.world.channels[answer.id]


def asked(room: Room) -> list[str]:
    """Return what the model was asked last, without the persona."""
    return [str(one["content"]) for one in room.playground.model.last.messages][1:]


async def answered_in(room: Room, thread: Channel, text: str, who: str = "alex") -> Message:
    return (await room.answered(room.world.people[who].post(thread, text)))[0]


async def exchange(room: Room, question: str, answer: str, **options: Any) -> Message:
    room.playground.model.answer(answer)
    return (await room.ask(question, **options))[-1]


@pytest.mark.both_engines
async def test_an_answer_goes_on_in_a_thread_without_mentions(room: Room) -> None:
    answer = await exchange(room, "How do I bake **bread**?", "With flour.")

    said = await pressed(room, answer)
    thread = opened_from(room, answer)
    await answered_in(room, thread, "And how long?")

    assert labels(answer) == [str(members.REGENERATE), str(threads.CONTINUE_IN_THREAD)]
    assert said == threads.OPENED.format(thread=thread.id)
    assert (thread.name, thread.owner_id) == ("How do I bake bread?", room.world.bot.id)
    assert asked(room) == [
        "Alex: How do I bake **bread**?",
        "With flour.",
        "Alex: And how long?\n\n[thread: How do I bake bread?]",
    ]
    assert str(threads.BEGINS) in [one.content for one in thread.messages.values()]


async def test_what_the_person_asked_right_before_goes_along_and_nobody_elses(room: Room) -> None:
    await exchange(room, "I am Sam.", "Hello Sam.", who="sam")
    await exchange(room, "I have rye.", "Good.")
    answer = await exchange(room, "What can I bake?", "Bread.")
    await exchange(room, "Me again.", "Hello again.", who="sam")

    await pressed(room, answer, "sam")
    await answered_in(room, opened_from(room, answer), "Which?", "sam")

    assert [one.partition("\n")[0] for one in asked(room)] == [
        "Alex: I have rye.",
        "Good.",
        "Alex: What can I bake?",
        "Bread.",
        "Sam: Which?",
    ]


async def test_what_is_deleted_or_reset_in_the_channel_is_gone_in_the_thread(room: Room) -> None:
    await exchange(room, "The code is 1234.", "I see.")
    answer = await exchange(room, "What now?", "Nothing.")
    await pressed(room, answer)
    thread, alex = opened_from(room, answer), room.world.people["alex"]
    [secret] = [one for one in room.world.channel("general").messages.values() if "1234" in one.content]

    alex.delete(secret)
    await answered_in(room, thread, "Hello")
    without_it = asked(room)
    reset = room.world.people["mo"].run("general", "reset")
    room.world.people["mo"].press(await reset.answered(), "Reset")
    await room.until(lambda: "cleared what I remember" in room.world.describe())
    await answered_in(room, thread, "Still there?")

    assert not any("1234" in one for one in without_it)
    assert without_it[:3] == ["I see.", "Alex: What now?", "Nothing."]
    assert asked(room)[0].startswith("Alex: Hello")
    assert not any(one.startswith("Alex: What now?") or one == "Nothing." for one in asked(room))


async def test_what_was_carried_outlives_a_restart_and_is_checked_in_its_channel(room: Room) -> None:
    answer = await exchange(room, "How do I bake bread?", "With flour.")
    await pressed(room, answer)
    thread = opened_from(room, answer)
    await answered_in(room, thread, "And how long?")

    await room.stop()
    question = next(iter(room.world.channel("general").messages.values()))
    await room.start()
    await answered_in(room, thread, "And then?")
    kept = asked(room)
    await room.stop()
    [question] = [one for one in room.world.channel("general").messages.values() if "bake" in one.content]
    room.world.people["alex"].delete(question)
    await room.start()
    await answered_in(room, thread, "And now?")

    assert kept[:2] == ["Alex: How do I bake bread?", "With flour."]
    assert asked(room)[0] == "With flour."


async def test_two_who_press_at_once_get_one_thread(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    pressing = [
        room.world.people[who].press(answer, str(threads.CONTINUE_IN_THREAD)) for who in ("alex", "sam", "mo")
    ]

    said = [await told(one) for one in pressing]

    assert {one.partition("<")[2] for one in said} == {f"#{answer.id}>"}
    assert sorted(one.partition(":")[0] for one in said) == sorted(
        [str(threads.OPENED).partition(":")[0], *[str(threads.THERE_ALREADY).partition(":")[0]] * 2]
    )
    assert len([one for one in room.world.channels.values() if one.parent_id == answer.channel_id]) == 2


async def test_a_thread_that_somebody_opened_from_an_answer_is_the_one(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    thread = room.world.people["sam"].open_thread("general", "Mine", answer)

    await pressed(room, answer)
    await answered_in(room, thread, "And now?")

    assert thread.name == "Mine"
    assert asked(room)[:2] == ["Alex: Hello", "Hi"]


async def test_who_may_open_no_thread_is_told_so(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    world = room.world
    world.deny(world.channel("general"), world.people["sam"], permissions.CREATE_PUBLIC_THREADS)

    said = await pressed(room, answer, "sam")

    assert said == members.NEEDS_PERMISSION.format(permission="Create Public Threads")
    assert answer.id not in world.channels
    assert not await room.store.places.joined(answer.id)


async def test_without_the_permissions_no_button_is_offered_and_one_from_before_says_why(room: Room) -> None:
    before = await exchange(room, "Hello", "Hi")
    world, general = room.world, room.world.channel("general")
    lost = permissions.CREATE_PUBLIC_THREADS | permissions.SEND_MESSAGES_IN_THREADS
    world.deny(general, world.bot, lost)
    channel = room.app.bot.get_channel(general.id)
    await room.until(lambda: channel.overwrites)  # type: ignore[union-attr]

    after = await exchange(room, "Hello again", "Hi")
    said = await pressed(room, before)

    assert labels(after) == [str(members.REGENERATE)]
    assert said == threads.LACKS.format(permission="Create Public Threads")


async def test_where_there_are_no_threads_there_is_no_button(room: Room) -> None:
    world = room.world
    lounge = world.add_text_channel("lounge", kind=VOICE)
    post = world.add_post(world.add_forum("questions"), world.people["sam"], "Bread", "How?")
    await room.until(lambda: room.app.bot.get_channel(post.id))

    answers = [await exchange(room, "Hello", "Hi", channel=place) for place in ("dm", "ideas", lounge, post)]
    in_voice = await told(world.people["alex"].run(lounge, "thread"))
    in_a_thread = await told(world.people["alex"].run("ideas", "thread"))

    assert [labels(one) for one in answers] == [[str(members.REGENERATE)]] * 4
    assert (in_voice, in_a_thread) == (str(threads.NO_THREADS_HERE), str(threads.IN_ONE_ALREADY))
    offered = [one["name"] for one in world.people["alex"].offered(world.dm("alex"))]
    assert "thread" not in offered


async def test_a_command_opens_a_thread_in_which_nothing_was_said(room: Room) -> None:
    await exchange(room, "Hello", "Hi")
    alex, mo = room.world.people["alex"], room.world.people["mo"]
    for title, name in (("Bread & butter", "Bread & butter"), ("", "Conversation with Alex")):
        said = await told(alex.run("general", "thread", {"title": title} if title else {}))
        thread = room.world.channel(name)
        await answered_in(room, thread, "Anybody?")

        assert said == threads.OPENED.format(thread=thread.id)
        assert asked(room) == [f"Alex: Anybody?\n\n[thread: {name}]"]

    await mo.run("general", "threads set", {"mode": "off"}).answered()
    assert await told(alex.run("general", "thread")) == str(threads.SWITCHED_OFF)


async def test_a_lost_answer_of_discords_opens_no_second_thread(room: Room) -> None:
    room.playground.faults.drop("POST", "/channels/*/threads", after=True)
    said = await told(room.world.people["alex"].run("general", "thread", {"title": "Once"}))
    answer = await exchange(room, "Hello", "Hi")
    room.playground.faults.drop("POST", "/channels/*/messages/*/threads", after=True)
    again = await pressed(room, answer)

    [thread] = [one for one in room.world.channels.values() if one.name == "Once"]
    assert said == threads.OPENED.format(thread=thread.id)
    assert again == threads.OPENED.format(thread=answer.id)


async def test_discords_refusals_are_told_and_leave_nothing_behind(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    full = {"message": "Maximum number of active threads reached", "code": 160006}
    room.playground.faults.next("POST", "/channels/*/messages/*/threads", status=400, body=full)

    too_many = await pressed(room, answer)
    joined = await room.store.places.joined(answer.id)
    room.playground.faults.next("POST", "/channels/*/messages/*/threads", times=99)
    down = room.world.people["alex"].press(answer, str(threads.CONTINUE_IN_THREAD))
    room.playground.faults.clear()

    assert (too_many, joined) == (str(threads.TOO_MANY), False)
    assert await told(down) == threads.OPENED.format(thread=answer.id)


async def test_a_kill_while_a_thread_is_opened_loses_nothing_of_it(room: Room) -> None:
    answer = await exchange(room, "How do I bake bread?", "With flour.")
    gate = room.playground.faults.hold("POST", "/channels/*/messages/*/threads", after=True)
    room.world.people["alex"].press(answer, str(threads.CONTINUE_IN_THREAD))
    await room.until(lambda: answer.id in room.world.channels)

    await room.stop()
    gate.release()
    await room.start()
    await answered_in(room, opened_from(room, answer), "And how long?")

    assert asked(room)[:2] == ["Alex: How do I bake bread?", "With flour."]


async def test_a_thread_that_a_killed_process_opened_is_answered_in(room: Room) -> None:
    gate = room.playground.faults.hold("POST", "/channels/*/threads", after=True)
    room.world.people["alex"].run("general", "thread", {"title": "Mine"})
    await room.until(lambda: any(one.name == "Mine" for one in room.world.channels.values()))

    await room.stop()
    gate.release()
    await room.start()
    answer = await answered_in(room, room.world.channel("Mine"), "Anybody?")

    assert answer.channel_id == room.world.channel("Mine").id


async def test_a_thread_that_is_archived_is_taken_out_to_go_on_and_a_locked_one_waits(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    await pressed(room, answer)
    thread, world = opened_from(room, answer), room.world
    world.archive(thread)
    await answered_in(room, thread, "And now?")
    awake = not thread.archived
    owner = world.people["olivia"]
    changing.change_thread(world, owner.id, thread, {"archived": True, "locked": True})

    again = await pressed(room, answer)

    assert awake
    assert again == threads.THERE_ALREADY.format(thread=thread.id)


async def test_with_its_channel_a_thread_is_forgotten(room: Room) -> None:
    world = room.world
    place = world.add_text_channel("brief")
    await room.until(lambda: room.app.bot.get_channel(place.id))
    answer = await exchange(room, "Hello", "Hi", channel=place)
    await pressed(room, answer)
    await answered_in(room, opened_from(room, answer), "And now?")

    world.delete_channel(place)
    await room.until(lambda: answer.id not in world.channels)
    await room.stop()
    await room.start()

    async with asyncio.timeout(LIMIT_SECONDS):
        while await room.store.openings.opener(answer.id) is not None:  # found out once it is connected
            pass
    assert (await room.store.journal.totals(answer.id)).turns == 0


async def test_the_thread_of_an_answer_that_was_deleted_is_not_led_to(room: Room) -> None:
    answer = await exchange(room, "Hello", "Hi")
    await pressed(room, answer)
    room.world.delete_channel(opened_from(room, answer))
    await room.until(lambda: room.app.bot.get_channel(answer.id) is None)

    assert await pressed(room, answer) == str(threads.THREAD_GONE)
    async with asyncio.timeout(LIMIT_SECONDS):
        while await room.store.places.joined(answer.id):  # what was deleted is forgotten in the background
            pass
