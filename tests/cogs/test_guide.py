"""/help: to each what they may do there, and no more; a mention that says only "help" points to it."""

import re
from pathlib import Path

import pytest

from bot.texts import admins, guide, listed, members
from bot.texts.places import threads
from bot.ui.commands import guide as shown_guide
from playground.world import permissions
from playground.world.entities import VOICE, Channel, Message
from playground.world.interacting import components
from playground.world.people import Person
from tests.cogs.acting import shown, told
from tests.support.room import Room, open_room


async def pressed(room: Room, person: Person, thread: Channel, button: str) -> None:
    """Press a button that stands somewhere in a thread, once it is there."""

    def found() -> Message | None:
        return next((one for one in thread.messages.values() if button in components.labels(one)), None)

    message = await room.until(found)
    person.press(message, button)
    await room.until(lambda: button not in components.labels(message))


def commands_in(message: Message) -> set[str]:
    """Return the commands that help names, each by its group and verb."""
    found = set()
    for name, verbs in re.findall(r"`/(\w+) ?([^`]*)`", shown(message)):
        found |= {f"{name} {verb}".strip() for verb in verbs.split(" · ")}
    return found


async def test_each_sees_the_commands_that_they_may_use_there(
    room: Room, alex: Person, mo: Person, olivia: Person
) -> None:
    robin = room.world.people["robin"]
    seen = {one.name: commands_in(await told(one, "help")) for one in (alex, mo, olivia, robin)}
    direct = commands_in(await told(alex, "help", room.world.dm(alex)))
    every = {one.qualified_name for one in room.app.bot.tree.walk_commands() if not hasattr(one, "commands")}

    assert "persona set" not in seen["alex"]
    assert {"help", "tokens text", "history show", "model show", "privacy ignore on"} <= seen["alex"]
    assert seen["alex"] < seen["mo"] < seen["olivia"] <= every
    assert "access allow" in seen["olivia"] - seen["mo"]
    assert seen["robin"] == every
    assert "persona set" in direct
    assert "access allow" not in direct
    assert re.findall(r"`/(\w+)", shown(await told(olivia, "help")))[:2] == ["ask", "help"]


async def test_a_thread_is_offered_only_where_one_can_be_opened_and_a_fresh_start_where_one_may(
    room: Room, alex: Person, sam: Person, olivia: Person
) -> None:
    world, general = room.world, room.world.channel("general")
    everywhere = commands_in(await told(alex, "help"))
    thread = alex.open_thread("general", "Tea")
    await room.ask("Is tea a soup?", thread)
    own, others = [commands_in(await told(one, "help", thread)) for one in (alex, sam)]
    direct = commands_in(await told(alex, "help", world.dm(alex)))
    world.deny(general, world.bot, permissions.CREATE_PUBLIC_THREADS)
    lacking = commands_in(await told(alex, "help"))
    world.allow(general, world.bot, permissions.CREATE_PUBLIC_THREADS)
    await told(olivia, "threads set", mode="off")
    switched_off = commands_in(await told(alex, "help"))

    assert {"thread", "new"} <= everywhere
    assert [{"thread", "new"} & one for one in (own, others, direct)] == [{"new"}, set(), {"new"}]
    assert {"thread", "new"} & (lacking | switched_off) == set()
    assert not any(one.startswith(("auto", "threads")) for one in direct)


async def test_nothing_is_said_of_threads_where_none_can_be_opened(
    room: Room, alex: Person, olivia: Person
) -> None:
    thread = alex.open_thread("general", "Tea")
    voice = room.world.add_text_channel("voice", kind=VOICE)
    refused = str(threads.NOTHING_TO_SET)
    in_text = shown(await told(olivia, "config"))
    for place in (thread, voice):
        assert "threads show" not in commands_in(await told(alex, "help", place))
        assert "**Threads**" not in shown(await told(olivia, "config", place))
        assert (await told(alex, "threads show", place)).content == refused
        assert (await told(olivia, "threads set", place, mode="off")).content == refused
        assert (await told(olivia, "threads clear", place)).content == refused
        of_the_server = await told(olivia, "threads set", place, mode="off", scope="server")
        assert of_the_server.content == str(threads.WORDS.becomes["off"][1])
        cleared = await told(olivia, "threads clear", place, scope="server")
        assert cleared.content == threads.WORDS.holds["offer"].format(source=str(admins.SOURCE_DEFAULT))

    assert "**Threads**" in in_text


async def test_what_posts_a_question_is_not_offered_where_the_bot_may_not_write(
    room: Room, alex: Person
) -> None:
    before = shown(await told(alex, "help"))
    room.world.deny(room.world.channel("general"), room.world.bot, permissions.SEND_MESSAGES)
    after = shown(await told(alex, "help"))

    assert (listed.MENU_ASK in before, listed.MENU_ASK in after) == (True, False)
    assert (str(guide.CANT_WRITE) in before, str(guide.CANT_WRITE) in after) == (False, True)


async def test_help_says_what_holds_here_and_who_may(room: Room, alex: Person, olivia: Person) -> None:
    before = shown(await told(alex, "help"))
    await told(olivia, "model set", name="gpt-4o")
    await told(olivia, "auto on")
    await told(olivia, "access allow", who=alex)
    after = shown(await told(alex, "help"))
    managed = shown(await told(room.world.people["robin"], "help"))

    assert before.splitlines()[2:8] == list(map(str, guide.IN_SERVER))
    assert str(guide.FOR_ALL) in before
    assert "`gpt-4o` answers here" in after
    assert "I answer every message here" in after
    assert str(guide.LIMITED) in after
    assert listed.MENU_ASK in after
    assert str(guide.PERSONA) not in after
    assert str(guide.PERSONA) in managed


async def test_help_links_to_the_page_that_the_owner_names(room: Room, alex: Person, tmp_path: Path) -> None:
    link = "https://example.com/parley"
    async with open_room(tmp_path / "other", HELP_URL=link) as named:
        said = shown(await told(named.world.people["alex"], "help"))

    assert guide.DOCS.format(link=link) in said
    assert "](" not in shown(await told(alex, "help"))


async def test_help_says_where_all_is_answered_without_a_mention(room: Room, alex: Person) -> None:
    direct = shown(await told(alex, "help", room.world.dm(alex)))
    thread = alex.open_thread("general", "Tea")
    before = shown(await told(alex, "help", thread))
    await room.ask("Is tea a soup?", thread)
    joined = shown(await told(alex, "help", thread))
    await pressed(room, alex, thread, "Only when mentioned")
    quiet = shown(await told(alex, "help", thread))

    answers, waits = "I answer every message here (I'm in this thread).", "only when someone addresses me"
    assert waits not in direct
    assert str(guide.FOR_ALL) not in direct
    assert [(answers in one, waits in one) for one in (before, joined, quiet)] == [
        (False, True),
        (True, False),
        (False, True),
    ]


async def test_long_help_is_turned_page_by_page(
    room: Room, alex: Person, olivia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_guide, "MOST_PAGE", 400)
    message = await told(olivia, "help")
    pages = [shown(message)]
    while str(guide.MORE) in str(message.components):
        olivia.press(message, str(guide.MORE))
        await room.until(lambda: shown(message) != pages[-1])
        pages.append(shown(message))

    assert len(pages) > 2
    assert all(len(page) < 500 for page in pages)
    assert "`/privacy" in "".join(pages)


async def test_who_is_not_let_in_gets_no_help(room: Room, alex: Person, olivia: Person) -> None:
    message = await told(alex, "help")
    await told(olivia, "access deny", who=alex)

    assert (await told(alex, "help")).content == str(members.NOT_FOR_YOU)
    assert message.ephemeral_for == alex.id


@pytest.mark.parametrize("text", ["help", "Help!", " /help "])
async def test_a_mention_that_says_only_help_points_to_it(room: Room, alex: Person, text: str) -> None:
    said = alex.say("general", text)
    await room.until(lambda: room.replies(said))
    asked = await room.ask("help me", "general")

    assert [one.content for one in room.replies(said)] == [str(guide.HINT)]
    assert asked
    assert len(room.playground.model.requests) == 1
    assert await room.store.questions.find(said.id) is None
