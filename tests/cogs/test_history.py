"""/history: pages for those who read the channel, files and the record for those who manage it."""

import json
import re

import pytest

from bot.texts import admins, members
from playground.world import permissions
from playground.world.interacting import components
from playground.world.people import Person
from tests.cogs.acting import cleared, demoted, exchange, pressed, refused, shown, told, words
from tests.support.room import Room

pytestmark = pytest.mark.memory

NEEDS_MANAGE_CHANNELS = members.NEEDS_PERMISSION.format(permission="Manage Channels")


async def test_the_newest_is_shown_first_with_speaker_time_and_tokens(room: Room, sam: Person) -> None:
    await exchange(room, "What is **new**?", "Nothing much.")

    said = shown(await told(sam, "history show"))

    assert re.search(r"\*\*Parley\*\* · <t:\d+:R> · 3 tokens\n> Nothing much\.", said)
    assert re.search(r"\*\*Alex\*\* · <t:\d+:R> · 8 tokens\n> What is \\\*\\\*new\\\*\\\*\?", said)
    assert said.index("Nothing much.") < said.rindex("What is")


async def test_a_link_leads_to_the_oldest_message_that_goes_along(room: Room, alex: Person) -> None:
    question = room.post("The first")
    await room.answered(question)
    await exchange(room, "The second", "Yes.")

    said = shown(await told(alex, "history show"))

    place = f"{room.world.guild.id}/{question.channel_id}/{question.id}"
    assert f"[from this one on](https://discord.com/channels/{place})" in said
    assert "Alex: The first" in said


async def test_older_pages_are_turned_to_and_back(room: Room, alex: Person) -> None:
    for number in range(5):
        await exchange(room, f"Question {number}", f"Answer {number}")

    page = await told(alex, "history show")
    newest = shown(page)
    buttons = components.labels(page)
    older = await pressed(room, alex, page, "Older")
    buttons_there = components.labels(page)
    back = await pressed(room, alex, page, "Newest")

    assert ["Question 4" in newest, "> Question 1" in newest] == [True, False]
    assert ["Question 4" in older, "> Question 1" in older, "> Question 0" in older] == [False, True, True]
    assert (buttons, buttons_there) == (["Older"], ["Newest"])
    assert back == newest


async def test_the_pager_works_after_a_restart(room: Room, alex: Person) -> None:
    for number in range(4):
        await exchange(room, f"Question {number}", "Yes.")
    page = await told(alex, "history show")
    await room.stop()
    await room.start()

    assert "Question 0" in await pressed(room, alex, page, "Older")


async def test_what_no_longer_goes_along_is_marked_and_its_summary_shown(room: Room, alex: Person) -> None:
    await exchange(room, "Old", "Yes.")
    await exchange(room, "New", "Yes.")
    place = room.world.channel("general").id
    window = await room.store.turns.window(place, None, 1000)
    await room.store.turns.cut(place, window.turns[1].position, "They said *something* old.")

    said = shown(await told(alex, "history show"))

    assert "They said \\*something\\* old." in said
    assert said.count(f"tokens · {members.LEFT_OUT}") == 2
    assert "carries **2** of them" in said


async def test_who_may_not_read_back_is_shown_nothing(room: Room, alex: Person) -> None:
    for number in range(4):
        await exchange(room, f"Question {number}", "Yes.")
    page = await told(alex, "history show")
    room.world.deny(room.world.channel("general"), alex, permissions.READ_MESSAGE_HISTORY)

    sentence = members.NEEDS_PERMISSION.format(permission="Read Message History")

    assert (await told(alex, "history show")).content == sentence
    assert await refused(alex, page, "Older") == sentence


async def test_an_empty_memory_says_so(alex: Person, mo: Person) -> None:
    assert (await told(alex, "history show")).content == str(members.NOTHING_REMEMBERED)
    assert (await told(mo, "history export")).content == str(members.NOTHING_REMEMBERED)
    assert str(admins.LOG_EMPTY) in shown(await told(mo, "history log"))


async def test_everything_comes_as_json_lines_and_as_markdown(room: Room, mo: Person, alex: Person) -> None:
    await exchange(room, "Hello", "Hi there")
    await exchange(room, "Elsewhere", "Hi", "random")

    said = await told(mo, "history export")
    lines, markdown = said.attachments

    assert [json.loads(line) for line in lines.data.decode().splitlines()] == [
        {"role": "user", "content": "Alex: Hello"},
        {"role": "assistant", "content": "Hi there"},
    ]
    assert (lines.filename, markdown.filename) == ("history.jsonl", "history.md")
    assert "## Alex, 20" in markdown.data.decode()
    assert "Elsewhere" not in markdown.data.decode()
    assert said not in alex.sees("general")


async def test_what_one_message_cannot_take_comes_in_further_ones(
    room: Room, mo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.commands.dialogs.FILES_AT_ONCE", 1)
    await exchange(room, "Hello", "Hi")

    begun = mo.run("general", "history export")
    await room.until(lambda: len(begun.responses) == 2)
    first, second = begun.responses

    assert [first.attachments[0].filename, second.attachments[0].filename] == ["history.jsonl", "history.md"]
    assert (first.content, second.content) == (str(members.EXPORT_READY), str(members.EXPORT_GOES_ON))


async def test_the_files_and_the_record_are_for_those_who_manage(
    room: Room, alex: Person, mo: Person
) -> None:
    await exchange(room, "Hello", "Hi")
    demoted(room, mo)

    for person in (alex, mo):
        for command in ("history export", "history log"):
            said = await told(person, command)

            assert said.content == NEEDS_MANAGE_CHANNELS
            assert said.attachments == []


async def test_in_a_direct_conversation_everything_is_the_persons(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi", "dm")
    dm = room.world.dm(alex)
    await told(alex, "retention set", dm, days=3)
    await told(alex, "retention clear", dm)

    page = shown(await told(alex, "history show", dm))
    files = (await told(alex, "history export", dm)).attachments
    log = shown(await told(alex, "history log", dm))

    assert f"https://discord.com/channels/@me/{dm.id}/" in page
    assert f"**<@{alex.id}>** · " in page
    assert json.loads(files[0].data.decode().splitlines()[0]) == {"role": "user", "content": "Hello"}
    assert "went back to the default retention here" in log


async def test_the_record_says_who_did_what(room: Room, mo: Person, olivia: Person, sam: Person) -> None:
    await exchange(room, "Hello", "Hi")
    message = await told(mo, "reset")
    await pressed(room, mo, await cleared(room, mo, message), "Undo")
    await told(olivia, "auto on", scope="server")
    await told(mo, "retention set", "random", days=3)

    said = await told(mo, "history log")
    newest, undo, reset = shown(said).strip().splitlines()[1:]

    assert re.fullmatch(rf"<t:\d+:R> <@{olivia.id}> set automatic answers to on for the server", newest)
    assert re.fullmatch(rf"<t:\d+:R> <@{mo.id}> brought back 2 messages, \d+ tokens here", undo)
    assert re.fullmatch(rf"<t:\d+:R> <@{mo.id}> cleared 2 messages, \d+ tokens here", reset)
    assert said.mention_ids == []
    assert said not in sam.sees("general")


async def test_a_thread_shows_its_own_memory(room: Room, sam: Person) -> None:
    await exchange(room, "In the channel", "Hi")
    await exchange(room, "In the thread", "Hi", "ideas")

    said = shown(await told(sam, "history show", room.world.channel("ideas")))

    assert "In the thread" in said
    assert "In the channel" not in said
    assert await words(room) == ["In the channel", "Hi"]
