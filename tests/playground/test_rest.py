"""Discord's limits, permissions and error codes, as the real client meets them."""

from __future__ import annotations

import io
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord
import pytest

from playground import Playground
from playground.world.entities import THREAD_STARTER, Channel
from playground.world.errors import ApiError
from playground.world.permissions import (
    ADD_REACTIONS,
    ATTACH_FILES,
    MANAGE_MESSAGES,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from tests.playground.conftest import Client, refused

Sending = Callable[[discord.TextChannel], Coroutine[Any, Any, Any]]


@pytest.fixture
def general(playground: Playground) -> Channel:
    return playground.world.channel("general")


@pytest.fixture
def channel(bot: Client, general: Channel) -> discord.TextChannel:
    found = bot.get_channel(general.id)
    assert isinstance(found, discord.TextChannel)
    return found


def _embed(**fields: Any) -> Sending:
    return lambda channel: channel.send(embed=discord.Embed(**fields))


def _options(number: int) -> discord.ui.View:
    options = [discord.SelectOption(label=str(one)) for one in range(number)]
    return discord.ui.View().add_item(discord.ui.Select(options=options))


def _long_layout() -> discord.ui.LayoutView:
    view = discord.ui.LayoutView()
    for _ in range(2):
        view.add_item(discord.ui.TextDisplay("x" * 2001))
    return view


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda channel: channel.send("x" * 2001), 50035),
        (lambda channel: channel.send(" \n "), 50006),
        (_embed(title="x" * 257), 50035),
        (_embed(description="x" * 4097), 50035),
        (lambda channel: channel.send(embeds=[discord.Embed(description="x" * 3001)] * 2), 50035),
        (
            lambda channel: channel.send(
                "x", view=discord.ui.View().add_item(discord.ui.Button(label="x" * 81))
            ),
            50035,
        ),
        (lambda channel: channel.send(view=_long_layout()), 50035),
        (lambda channel: channel.send("x", nonce="x" * 26), 50035),
    ],
)
async def test_what_is_too_much_is_refused(channel: discord.TextChannel, send: Sending, code: int) -> None:
    assert await refused(send(channel)) == (400, code)


async def test_what_just_fits_is_taken(channel: discord.TextChannel) -> None:
    await channel.send("x" * 2000)
    await channel.send(embed=discord.Embed(title="x" * 256, description="y" * 4096))
    await channel.send("x", view=_options(25))


async def test_a_refusal_tells_where_the_form_is_bad(channel: discord.TextChannel) -> None:
    with pytest.raises(discord.HTTPException, match=r"In content: Must be 2000 or fewer in length\."):
        await channel.send("x" * 2001)


async def test_nothing_is_known_of_what_does_not_exist(bot: Client, channel: discord.TextChannel) -> None:
    assert await refused(channel.get_partial_message(1).edit(content="x")) == (404, 10008)
    assert await refused(bot.get_partial_messageable(1).send("x")) == (404, 10003)
    assert await refused(bot.fetch_user(1)) == (404, 10013)
    assert await refused(bot.fetch_guild(1)) == (404, 10004)


async def test_only_ones_own_messages_can_be_edited(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    message = playground.world.person("alex").post(general, "mine")

    assert await refused(channel.get_partial_message(message.id).edit(content="x")) == (403, 50005)
    assert await refused(channel.get_partial_message(message.id).delete()) == (403, 50013)


@pytest.mark.parametrize(
    ("denied", "call", "expected"),
    [
        (VIEW_CHANNEL, lambda channel: channel.send("x"), (403, 50001)),
        (SEND_MESSAGES, lambda channel: channel.send("x"), (403, 50013)),
        (SEND_MESSAGES, lambda channel: channel.typing(), (403, 50013)),
        (ATTACH_FILES, lambda channel: channel.send(file=discord.File(io.BytesIO(b"x"), "x")), (403, 50013)),
        (
            READ_MESSAGE_HISTORY,
            lambda channel: channel.get_partial_message(channel.last_message_id).reply("x"),
            (403, 160002),
        ),
        (
            ADD_REACTIONS,
            lambda channel: channel.get_partial_message(channel.last_message_id).add_reaction("👀"),
            (403, 50013),
        ),
    ],
)
async def test_what_the_bot_may_not_do_is_refused(
    playground: Playground,
    channel: discord.TextChannel,
    denied: int,
    call: Sending,
    expected: tuple[int, int],
) -> None:
    playground.world.deny(playground.world.channel("general"), playground.world.bot, denied)

    assert await refused(call(channel)) == expected


async def test_threads_have_a_permission_of_their_own(playground: Playground, bot: Client) -> None:
    world = playground.world
    world.deny(world.channel("general"), world.bot, SEND_MESSAGES_IN_THREADS)

    assert await refused(bot.get_partial_messageable(world.channel("ideas").id).send("x")) == (403, 50013)


async def test_a_reply_to_what_is_gone_is_refused(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    alex = playground.world.person("alex")
    message = alex.post(general, "soon gone")
    alex.delete(message)

    with pytest.raises(discord.HTTPException, match="In message_reference: Unknown message"):
        await channel.get_partial_message(message.id).reply("x")


async def test_system_messages_cannot_be_replied_to(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    greeting = playground.world.person("alex").join(general)

    assert await refused(channel.get_partial_message(greeting.id).reply("x")) == (400, 50035)


async def test_nobody_is_pinged_when_the_bot_says_so(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    alex, sam = playground.world.person("alex"), playground.world.person("sam")
    question = alex.say(general, "hello")
    await channel.get_partial_message(question.id).reply(f"{sam.mention} @everyone")
    quiet = general.last
    allowed = discord.AllowedMentions(users=True, replied_user=True)
    await channel.get_partial_message(question.id).reply(sam.mention, allowed_mentions=allowed)
    loud = general.last

    assert quiet is not None
    assert loud is not None
    assert (quiet.mention_ids, quiet.mentions_everyone) == ([], False)
    assert set(loud.mention_ids) == {alex.id, sam.id}


async def test_an_edit_keeps_what_it_does_not_name(general: Channel, channel: discord.TextChannel) -> None:
    sent = await channel.send(
        "a", embed=discord.Embed(title="T"), file=discord.File(io.BytesIO(b"x"), "x.txt")
    )
    await sent.edit(content="b")
    message = general.messages[sent.id]
    await sent.edit(embed=None, attachments=[])

    assert (message.content, message.edits) == ("b", 1)
    assert (message.embeds, message.attachments) == ([], [])


async def test_an_edit_can_add_files_beside_those_that_stay(
    general: Channel, channel: discord.TextChannel
) -> None:
    sent = await channel.send("a", file=discord.File(io.BytesIO(b"1"), "1.txt"))
    await sent.edit(attachments=[*sent.attachments, discord.File(io.BytesIO(b"2"), "2.txt")])

    assert [one.filename for one in general.messages[sent.id].attachments] == ["1.txt", "2.txt"]


async def test_an_edit_may_not_leave_nothing(channel: discord.TextChannel) -> None:
    sent = await channel.send("a")

    assert await refused(sent.edit(content="")) == (400, 50006)


async def test_history_is_told_newest_first_in_the_asked_for_stretch(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    alex = playground.world.person("alex")
    messages = [alex.post(general, str(number)) for number in range(120)]
    newest = [message.content async for message in channel.history(limit=105)]
    middle = discord.Object(messages[50].id)
    before = [one.content async for one in channel.history(limit=2, before=middle)]
    after = [one.content async for one in channel.history(limit=2, after=middle)]
    around = [one.content async for one in channel.history(limit=3, around=middle)]

    assert newest == [str(number) for number in range(119, 14, -1)]
    assert (before, after) == (["49", "48"], ["51", "52"])
    assert sorted(around) == ["49", "50", "51"]


async def test_messages_of_the_past_stand_where_they_belong(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    alex = playground.world.person("alex")
    alex.post(general, "now")
    alex.post(general, "an hour ago", at=playground.clock.wall() - 3600)
    told = [message async for message in channel.history()]

    assert told[0].content == "now"
    assert told[-1].content == "an hour ago"


async def test_files_are_served_with_their_type_and_size(
    playground: Playground, bot: Client, channel: discord.TextChannel
) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\0" * 9
    playground.world.person("alex").post(
        "general", "look", files=[("a b.png", picture), ("n.md", "é".encode())]
    )
    await playground.world.until(lambda: bot.heard)
    image, text = bot.heard[0].attachments

    assert (image.content_type, image.width, image.height, image.size) == (
        "image/png",
        640,
        480,
        len(picture),
    )
    assert await image.read() == picture
    assert text.content_type == "text/markdown; charset=utf-8"
    assert await text.read() == "é".encode()


async def test_a_forward_brings_a_snapshot(playground: Playground, bot: Client) -> None:
    alex = playground.world.person("alex")
    original = alex.post("random", "the news")
    alex.post("general", forward=original)
    await playground.world.until(lambda: len(bot.heard) == 2)
    forward = bot.heard[1]

    assert forward.content == ""
    assert forward.message_snapshots[0].content == "the news"
    assert forward.reference is not None
    assert forward.reference.type is discord.MessageReferenceType.forward


async def test_a_thread_from_a_message_has_its_id_and_begins_with_it(
    playground: Playground, general: Channel, bot: Client, channel: discord.TextChannel
) -> None:
    sent = await channel.send("topic")
    thread = await sent.create_thread(name="more")
    await thread.send("inside")
    place = playground.world.channels[thread.id]

    assert thread.id == sent.id
    assert [message.type for message in place.messages.values()] == [THREAD_STARTER, 0]
    assert await refused(sent.create_thread(name="again")) == (400, 160004)


async def test_a_locked_thread_takes_no_message_and_an_archived_one_wakes_up(
    playground: Playground, bot: Client
) -> None:
    ideas = playground.world.channel("ideas")
    thread = bot.get_partial_messageable(ideas.id)
    ideas.archived = True
    await thread.send("wake up")
    said, awake = await thread.send("here"), not ideas.archived
    ideas.locked = True

    assert awake
    assert await refused(thread.send("x")) == (403, 160005)
    assert await refused(said.edit(content="y")) == (403, 160005)

    ideas.archived = True
    assert await refused(said.delete()) == (400, 50083)

    ideas.archived = False
    await said.delete()


async def test_reactions_come_and_go(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    message = playground.world.person("alex").post(general, "look")
    partial = channel.get_partial_message(message.id)
    await partial.add_reaction("👀")
    seen = message.reactions["👀"].copy()
    await partial.remove_reaction("👀", discord.Object(playground.world.bot.id))

    assert seen == [playground.world.bot.id]
    assert message.reactions == {}
    assert await refused(partial.add_reaction("nonsense")) == (400, 10014)


async def test_a_direct_message_can_be_opened_and_refused(playground: Playground, bot: Client) -> None:
    sam = playground.world.person("sam")
    user = await bot.fetch_user(sam.id)
    await user.send("psst")
    sam.user.accepts_dms = False

    assert playground.world.dm(sam).last is not None
    assert await refused(user.send("psst")) == (403, 50007)


async def test_typing_is_shown(playground: Playground, channel: discord.TextChannel) -> None:
    seen: list[str] = []
    playground.world.subscribe(lambda event: seen.append(event.name))
    await channel.typing()

    assert seen == ["TYPING_START"]


async def test_a_moderating_bot_deletes_many_at_once(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    world = playground.world
    world.allow(general, world.bot, MANAGE_MESSAGES)
    messages = [world.person("alex").post(general, str(number)) for number in range(3)]
    await channel.delete_messages([discord.Object(message.id) for message in messages])

    assert all(message.deleted for message in messages)
    assert len(playground.wire.events("MESSAGE_DELETE_BULK")) == 1


async def test_leaving_a_guild_is_told(playground: Playground, bot: Client) -> None:
    await bot.guilds[0].leave()

    assert len(playground.wire.events("GUILD_DELETE")) == 1
    assert playground.world.bot.id not in playground.world.guild.members


async def test_bodies_that_are_no_json_or_too_big_are_refused(
    playground: Playground, general: Channel
) -> None:
    url = f"{playground.api_url}/channels/{general.id}/messages"
    headers = {"Authorization": f"Bot {playground.token}", "Content-Type": "application/json"}
    codes = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in (b"{", b"x" * (26 * 2**20 + 1), b"[]"):
            async with session.post(url, data=io.BytesIO(body)) as response:
                codes.append((response.status, (await response.json())["code"]))

    assert codes == [(400, 50109), (413, 40005), (400, 50035)]


async def test_commands_are_checked_and_keep_their_ids(playground: Playground, bot: Client) -> None:
    async def nothing(interaction: discord.Interaction) -> None:
        pass

    command: discord.app_commands.Command[Any, ..., None]
    command = discord.app_commands.Command(name="one", description="first", callback=nothing)
    bot.tree.add_command(command)
    [before] = await bot.tree.sync()
    command.description = "changed"
    [after] = await bot.tree.sync()
    command.description = "x" * 101

    assert (before.id, after.description) == (after.id, "changed")
    assert await refused(bot.tree.sync()) == (400, 50035)


async def test_a_slow_channel_takes_the_next_message_after_its_time(
    playground: Playground, channel: discord.TextChannel
) -> None:
    playground.world.slow_down(playground.world.channel("general"), 60)
    alex = playground.world.people["alex"]
    alex.post("general", "One.")
    with pytest.raises(ApiError) as refused:
        alex.post("general", "Two.")

    assert refused.value.body()["code"] == 20016
    assert 59 < refused.value.body()["retry_after"] <= 60
    assert playground.world.people["olivia"].post("general", "One.").content
    assert playground.world.people["olivia"].post("general", "Two.").content  # the owner may


async def test_an_archived_thread_takes_no_edit_until_it_is_out_again(
    playground: Playground, bot: Client
) -> None:
    ideas = playground.world.channel("ideas")
    thread = await bot.fetch_channel(ideas.id)
    assert isinstance(thread, discord.Thread)
    said = await thread.send("Hello")
    playground.world.archive(ideas)

    with pytest.raises(discord.HTTPException) as refused:
        await said.edit(content="Hello again")
    await thread.edit(archived=False)
    await said.edit(content="Hello again")

    assert refused.value.code == 50083
    playground.world.archive(ideas, locked=True)
    with pytest.raises(discord.Forbidden):
        await thread.edit(archived=False)


async def test_who_is_timed_out_may_only_read(playground: Playground, channel: discord.TextChannel) -> None:
    playground.world.time_out(playground.world.bot, 60)
    await playground.world.until(lambda: channel.guild.me.is_timed_out())

    with pytest.raises(discord.Forbidden):
        await channel.send("Hello")
    playground.world.time_out(playground.world.people["sam"], 60)
    with pytest.raises(ApiError):
        playground.world.people["sam"].post("general", "Hello")
