"""What a message holds reaches the model, whichever way it comes; and what is for others is not answered."""

import pytest

from playground.world import conversation, places
from playground.world.entities import Message
from tests.support.room import Room, finished

STICKER = {"id": "3", "name": "Wave", "format_type": 1}
POLL = {
    "question": {"text": "When do we meet?"},
    "answers": [{"answer_id": 1, "poll_media": {"text": "Friday"}}],
    "expiry": "2026-11-26T18:00:00+00:00",
    "allow_multiselect": False,
    "layout_type": 1,
    "results": {"is_finalized": False, "answer_counts": []},
}
PREVIEW = {
    "type": "article",
    "url": "https://example.com/tea",
    "provider": {"name": "The Example"},
    "title": "Tea",
    "description": "How to brew it",
}
FIELDS = {"type": "rich", "fields": [{"name": "Score", "value": "3:1"}]}


def newest(room: Room) -> str:
    """Return what the model was sent last."""
    return str(room.playground.model.requests[-1].messages[-1]["content"])


def original(room: Room, kind: str) -> tuple[Message, str]:
    """Post a message of a kind, and say what a quote of it must hold."""
    sam = room.world.people["sam"]
    match kind:
        case "forward":
            return sam.post("general", forward=sam.post("random", "Friday 18:00")), "Friday 18:00"
        case "poll":
            return sam.post("general", poll=POLL), "[poll: When do we meet?]\n- Friday: 0 votes"
        case "sticker":
            return sam.post("general", stickers=[STICKER]), "[sticker: Wave]"
        case "embed":
            return sam.post("general", webhook_id=5, webhook_name="Results", embeds=[FIELDS]), "Score: 3:1"
        case _:
            said = sam.post("general", "See https://example.com/tea", embeds=[PREVIEW])
            return said, "[link preview: The Example]\nTea\nHow to brew it"


@pytest.mark.parametrize("kind", ["forward", "poll", "sticker", "embed", "link"])
async def test_a_reply_to_it_brings_what_it_holds(room: Room, kind: str) -> None:
    about, words = original(room, kind)

    await room.ask("What is that?", reply_to=about)

    assert words in newest(room)


async def test_own_forward_before_a_bare_mention_is_asked_about(room: Room) -> None:
    alex = room.world.people["alex"]
    alex.post("general", forward=room.world.people["sam"].post("random", "Friday 18:00"))

    await room.ask("")

    assert "Friday 18:00" in newest(room)


async def test_what_ones_own_reply_before_a_bare_mention_is_about_comes_along(room: Room) -> None:
    said = room.world.people["sam"].post("general", "Friday 18:00")
    room.world.people["alex"].post("general", "When is that?", reply_to=said)

    await room.ask("")

    assert "When is that?" in newest(room)
    assert "Friday 18:00" in newest(room)


async def test_a_link_to_a_channel_or_a_message_is_told_by_the_channels_name(room: Room) -> None:
    there = room.world.people["sam"].post("random", "Friday 18:00")
    place = f"https://discord.com/channels/{room.world.guild.id}/{there.channel_id}"

    await room.ask(f"What is {place} and {place}/{there.id} and {place[:-1]}?")

    assert f"What is #random and #random (a message there) and {place[:-1]}?" in newest(room)


async def test_a_sticker_alone_is_told_by_its_name(room: Room) -> None:
    await room.answered(room.world.people["alex"].dm("", stickers=[STICKER]))

    assert newest(room) == "[sticker: Wave]"


async def test_the_preview_that_discord_adds_afterwards_is_known_and_asks_nothing(room: Room) -> None:
    question = room.post("See https://example.com/tea")
    await room.answered(question)
    asked = len(room.playground.model.requests)
    conversation.update(room.world, question, embeds=[PREVIEW])

    await room.ask("And now?")

    assert len(room.playground.model.requests) == asked + 1
    assert "How to brew it" in str(room.playground.model.requests[-1].messages)


async def test_what_people_say_to_each_other_in_a_joined_thread_is_heard(room: Room) -> None:
    thread, alex, sam = room.world.channel("ideas"), room.world.people["alex"], room.world.people["sam"]
    await room.ask("Join us.", thread)

    said = sam.post(thread, "We meet on Friday.", reply_to=alex.post(thread, f"{sam.mention} when?"))
    question = alex.post(thread, "Parley, when do we meet?")
    await room.answered(question)

    assert room.replies(said) == []
    assert "We meet on Friday." in str(room.playground.model.requests[-1].messages)
    assert len(room.playground.model.requests) == 2


@pytest.mark.parametrize("call", ["@everyone", "@here"])
async def test_what_is_said_to_all_is_heard_where_the_bot_listens(room: Room, call: str) -> None:
    thread, owner = room.world.channel("ideas"), room.world.people["olivia"]
    await room.ask("Join us.", thread)

    said = owner.post(thread, f"{call} we meet on Friday.")
    await room.ask("When do we meet?", thread)

    assert room.replies(said) == []
    assert "we meet on Friday." in str(room.playground.model.requests[-1].messages)
    assert len(room.playground.model.requests) == 2


async def test_auto_off_silences_a_joined_thread_until_it_is_addressed(room: Room) -> None:
    thread, alex = room.world.channel("ideas"), room.world.people["alex"]
    await room.ask("Join us.", thread)
    await room.world.people["mo"].run(thread, "auto off", {}).answered()

    alex.post(thread, "And now?")
    await room.ask("You there?", thread)

    assert len(room.playground.model.requests) == 2


async def test_a_mention_that_an_edit_adds_is_answered_once(room: Room) -> None:
    alex = room.world.people["alex"]
    said = alex.post("general", "How tall is it?")
    alex.edit(said, f"<@{room.world.bot.id}> how tall is it?")
    await room.answered(said)

    alex.edit(said, f"<@{room.world.bot.id}> how tall is it in feet?")
    await room.until(lambda: len(room.playground.model.requests) == 2)
    await room.answered(said)

    assert len(room.replies(said)) == 1
    assert newest(room) == "Alex: how tall is it in feet?"


async def test_the_first_answer_in_a_thread_knows_what_it_was_opened_with(room: Room) -> None:
    sam, general = room.world.people["sam"], room.world.channel("general")
    starter = sam.post("general", "The fair opens on Friday.")
    thread = room.world.add_thread("The fair", general, sam, message=starter)

    await room.ask("When does it open?", thread)
    await room.ask("And when does it close?", thread)

    asked = [one["content"] for one in room.playground.model.requests[-1].messages if one["role"] == "user"]
    assert "[thread: The fair]" in asked[0]
    assert "The fair opens on Friday." in asked[0]
    assert asked[1:] == ["Alex: And when does it close?"]


async def test_a_forum_post_is_known_with_its_title_its_tags_and_its_first_message(room: Room) -> None:
    forum, sam = room.world.add_forum("help desk", "bug", "urgent"), room.world.people["sam"]
    post = room.world.add_post(forum, sam, "It won't start", "I turned the key twice.", "urgent")

    await room.ask("What can be done?", post)

    assert "[thread: It won't start; tags: urgent]" in newest(room)
    assert "I turned the key twice." in newest(room)


@pytest.mark.parametrize("while_away", [False, True])
async def test_a_new_title_is_told_with_the_next_question(room: Room, while_away: bool) -> None:
    forum, sam = room.world.add_forum("help desk", "bug", "solved"), room.world.people["sam"]
    post = room.world.add_post(forum, sam, "It won't start", "I turned the key twice.", "bug")
    await room.ask("What can be done?", post)
    if while_away:
        await room.stop()
    places.update_channel(room.world, post, name="The starter is broken", tags=("solved",))
    if while_away:
        await room.start()

    await room.ask("And now?", post)
    await room.ask("Sure?", post)

    asked = [one["content"] for one in room.playground.model.requests[-1].messages if one["role"] == "user"]
    assert "[thread: It won't start; tags: bug]" in asked[0]
    assert asked[1:] == ["Alex: And now?\n\n[thread: The starter is broken; tags: solved]", "Alex: Sure?"]


async def test_a_channel_goes_by_its_new_name(room: Room) -> None:
    there = room.world.channel("random")
    await room.ask(f"Is it in <#{there.id}>?")
    places.update_channel(room.world, there, name="chatter")
    room.playground.model.answer("Yes, in #chatter.")

    (answer,) = await room.ask(f"Sure that it is <#{there.id}>?")

    assert newest(room) == "Alex: Sure that it is #chatter?"
    assert answer.content == f"Yes, in <#{there.id}>."


async def test_a_post_that_asks_the_bot_has_its_title(room: Room) -> None:
    forum, sam = room.world.add_forum("help desk"), room.world.people["sam"]
    post = room.world.add_post(forum, sam, "It won't start", f"<@{room.world.bot.id}> why?")
    await room.answered(next(iter(post.messages.values())))

    assert newest(room) == "Sam: why?\n\n[thread: It won't start]"


async def test_a_thread_that_the_bot_was_not_told_of_is_answered(room: Room) -> None:
    thread = room.world.channel("ideas")
    (guild,) = room.app.bot.guilds
    del guild._threads[thread.id]

    await room.ask("Are you there?", thread)
    await room.answered(room.world.people["alex"].post(thread, "And now?"))

    assert len(room.playground.model.requests) == 2


async def answers(room: Room) -> list[Message]:
    """Wait for a finished answer in #general, and return all that the bot shows there."""

    def shown() -> list[Message]:
        said = room.world.channel("general").messages.values()
        return [one for one in said if one.author_id == room.world.bot.id and not one.deleted]

    await room.until(lambda: finished(shown()) and room.playground.model.requests[1:])
    return shown()


@pytest.mark.parametrize("where", ["own", "quoted"])
async def test_the_votes_of_an_open_poll_are_told_as_they_are_now(room: Room, where: str) -> None:
    alex, bot = room.world.people["alex"], room.world.bot
    room.playground.model.answer("Nobody does.")
    if where == "own":
        poll = alex.post("general", f"<@{bot.id}> who leads?", poll=POLL)
        await room.answered(poll)
    else:
        poll = alex.post("general", poll=POLL)
        await room.ask("Who leads?", reply_to=poll)
    counts = [{"id": 1, "count": 3, "me_voted": False}]
    poll.poll = POLL | {"results": {"is_finalized": False, "answer_counts": counts}}

    await room.ask("And now?")
    asked = str(room.playground.model.requests[-1].messages)

    assert "- Friday: 3 votes" in asked
    assert "- Friday: 0 votes" not in asked


async def test_who_is_mentioned_in_a_forward_is_told_by_name(room: Room) -> None:
    sam, mo = room.world.people["sam"], room.world.people["mo"]
    forward = mo.post("general", forward=sam.post("random", f"Ask {mo.mention}, not `{mo.mention}`."))

    await room.ask("Whom?", reply_to=forward)

    assert f"Ask @{mo.user.display_name}, not `{mo.mention}`." in newest(room)


async def test_a_mention_within_code_addresses_nobody(room: Room) -> None:
    bot = room.world.bot
    for text in (f"`<@{bot.id}>` is how you call it", f"```\n<@{bot.id}>\n```"):
        room.world.people["alex"].post("general", text)

    await room.ask("Hello")

    assert len(room.playground.model.requests) == 1
