"""The names in an answer are marks on Discord where they mean one; memory keeps the words."""

import pytest

from playground.world import permissions
from playground.world.entities import PRIVATE_THREAD
from playground.world.threads import membership
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_names_in_an_answer_are_marks_and_memory_keeps_the_words(room: Room) -> None:
    world = room.world
    sam, wave = world.people["sam"], world.add_emoji("wave")
    help_, text = world.channel("help"), "Ask @Sam or @alex in #help :wave: or `@Sam`. @Mo does not know."
    await room.until(lambda: room.app.bot.emojis)
    room.playground.model.answer(text)

    question = room.post(f"Who of {sam.mention} and me knows?")
    (answer,) = await room.answered(question)
    stored = await room.store.answers.by_message(question.id)

    alex = world.people["alex"]
    assert answer.content == (
        f"Ask {sam.mention} or {alex.mention} in <#{help_.id}> {wave} or `@Sam`. @Mo does not know."
    )
    assert answer.mention_ids == []
    assert stored is not None
    assert stored.text == text


async def test_who_spoke_before_is_known_by_name(room: Room) -> None:
    await room.ask("Hello", who="sam")
    room.playground.model.answer("As @Sam said.")

    (answer,) = await room.ask("Who said hello?")

    assert answer.content == f"As {room.world.people['sam'].mention} said."


async def test_a_channel_is_no_mark_where_two_have_its_name_or_not_all_who_read_see_it(room: Room) -> None:
    world = room.world
    secret = world.add_text_channel("secret")
    everyone = world.guild.roles[world.guild.id]
    world.deny(secret, everyone, permissions.VIEW_CHANNEL)
    world.allow(secret, world.bot_role, permissions.VIEW_CHANNEL)
    for _ in range(2):
        world.add_text_channel("twice")
    await room.until(lambda: len(room.app.bot.guilds[0].channels) >= 6)
    for place in ("general", "ideas"):
        room.playground.model.answer("In #secret, #twice and #random.")

        (answer,) = await room.ask("Where?", place)

        assert answer.content == f"In #secret, #twice and <#{world.channel('random').id}>."


async def test_a_name_that_grows_is_shown_as_a_mark_once_it_is_whole(room: Room) -> None:
    await room.ask("Hello", who="sam")
    script = room.playground.model.script("As @Sa", "m")
    gate = script.hold()
    script.text("my said.")
    question = room.post("Who said hello?")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    gate.release()
    await room.answered(question)

    assert all("<@" not in version.content for version in answer.versions)
    assert answer.content == "As @Sammy said."


async def test_in_a_direct_message_whoever_takes_part_is_a_mark(room: Room) -> None:
    alex, sam = room.world.people["alex"], room.world.people["sam"]
    room.playground.model.answer("Hello @Alex, ask @Sam, not @Mo; see #general :wave:.")

    (answer,) = await room.ask(f"Whom shall I ask, {sam.mention}?", "dm")

    assert answer.content == f"Hello {alex.mention}, ask {sam.mention}, not @Mo; see #general :wave:."


async def test_a_thread_that_all_readers_see_is_a_mark(room: Room) -> None:
    world, general, sam = room.world, room.world.channel("general"), room.world.people["sam"]
    fair = world.add_thread("The fair in May", general, sam)
    world.add_thread("The staff's fair", general, sam, kind=PRIVATE_THREAD)
    membership.join_thread(world, world.channel("The staff's fair"), world.bot.id)
    await room.until(lambda: len(room.app.bot.guilds[0].threads) >= 2)
    room.playground.model.answer("See #The fair in May and #The staff's fair.")

    (answer,) = await room.ask("Where?")

    assert answer.content == f"See <#{fair.id}> and #The staff's fair."


async def test_a_label_of_ours_that_the_model_copies_is_neither_shown_nor_kept(room: Room) -> None:
    script = room.playground.model.script("Par", "ley:", " ")
    gate = script.hold()
    script.text("Hello, Alex.")
    question = room.post("Hello")
    await gate.reached()
    shown = room.replies(question)
    gate.release()
    (answer,) = await room.answered(question)
    room.playground.model.script("**Parley:** Yes").error("The server broke.")
    (broken,) = await room.ask("Again?")
    await room.ask("And now?")

    assert shown == []
    assert answer.content == "Hello, Alex."
    assert broken.content.startswith("Yes\n")
    assert "Parley" not in str(
        [one for one in room.playground.model.last.messages if one["role"] == "assistant"]
    )


async def test_where_nobody_has_a_label_the_word_is_the_models_own(room: Room) -> None:
    room.playground.model.answer("Parley: a talk between enemies.")
    (answer,) = await room.ask("What is a parley?", "dm")
    room.playground.model.answer("Alex: a name.")
    (other,) = await room.ask("And Alex?")

    assert answer.content == "Parley: a talk between enemies."
    assert other.content == "Alex: a name."


async def test_a_label_that_is_all_that_came_is_shown(room: Room) -> None:
    room.playground.model.script("Parley:")
    (answer,) = await room.ask("Hello")

    assert answer.content == "Parley:"
