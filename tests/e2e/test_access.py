"""Who is let in, at each way in: refused people get a sign or a sentence, and no answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.reading.messages import PLURALKIT
from bot.texts import admins, listed, members
from playground.world.entities import Channel, Message
from playground.world.interacting import components
from playground.world.people import Person
from tests.cogs.acting import exchange, shown, told
from tests.support.room import Room, open_room

pytestmark = pytest.mark.memory

NO = "🚫"
REFUSALS = (str(members.NOT_FOR_YOU), str(members.NOT_IN_CHANNEL), str(members.NOT_IN_DIRECT_MESSAGES))


async def met(room: Room, message: Message) -> bool:
    """Wait until a message that addresses the bot is answered, or refused; say whether it is answered."""
    await room.until(lambda: NO in message.reactions or room.replies(message))
    if NO not in message.reactions:
        await room.answered(message)
        return True
    return False


async def by_mention(room: Room, who: Person) -> bool:
    return await met(room, who.say("general", "By mention"))


async def by_reply(room: Room, who: Person) -> bool:
    general = room.world.channel("general")
    ours = next(one for one in general.messages.values() if one.author_id == room.world.bot.id)
    return await met(room, who.post(general, "By reply", reply_to=ours))


async def by_direct_message(room: Room, who: Person) -> bool:
    return await met(room, who.dm("Directly"))


async def in_a_thread(room: Room, who: Person) -> bool:
    return await met(room, who.say("ideas", "In a thread"))


async def by_an_edit(room: Room, who: Person) -> bool:
    said = who.post("general", "By an edit")
    who.edit(said, f"<@{room.world.bot.id}> By an edit")
    return await met(room, said)


async def by_command(_: Room, who: Person) -> bool:
    return (await told(who, "tokens channel")).content not in REFUSALS


async def by_menu(room: Room, who: Person) -> bool:
    message = next(iter(room.world.channel("general").messages.values()))
    return (await who.menu(listed.MENU_COUNT, message).answered()).content not in REFUSALS


async def by_completing(_: Room, who: Person) -> bool:
    return bool(await who.autocomplete("general", "tokens text", "model", "gpt").offered())


async def by_button(room: Room, who: Person) -> bool:
    asked, messages = len(room.playground.model.requests), room.world.channel("general").messages.values()

    def newest() -> Message | None:
        return next(
            (one for one in reversed(messages) if str(members.REGENERATE) in components.labels(one)), None
        )

    pressed = who.press(await room.until(newest), str(members.REGENERATE))
    await room.until(lambda: pressed.responses or len(room.playground.model.requests) > asked)
    await room.until(newest)
    return not pressed.responses


WAYS: tuple[Callable[[Room, Person], Awaitable[bool]], ...] = (
    by_mention,
    by_reply,
    by_direct_message,
    in_a_thread,
    by_an_edit,
    by_command,
    by_menu,
    by_completing,
    by_button,
)
IN_CHANNEL = tuple(way for way in WAYS if way not in (by_direct_message, in_a_thread))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room
        assert room.playground.wire.unknown() == []


async def access(room: Room, verb: str, **options: Any) -> str:
    """Have the server's owner use /access."""
    return shown(await told(room.world.people["olivia"], f"access {verb}", **options))


async def tried(room: Room, who: Person, ways: Any = WAYS) -> list[str]:
    """Return the ways by which somebody gets in."""
    return [way.__name__ for way in ways if await way(room, who)]


def names(ways: Any) -> list[str]:
    return [way.__name__ for way in ways]


async def test_who_is_denied_by_a_server_is_refused_at_each_way_in_there_and_owners_never_are(
    room: Room,
) -> None:
    people = room.world.people
    await exchange(room, "Hello", "Hi")
    before = await tried(room, people["alex"])
    for name in ("alex", "robin"):
        await access(room, "deny", who=people[name])
    asked = len(room.playground.model.requests)
    denied = await tried(room, people["alex"], [way for way in WAYS if way is not by_direct_message])
    asked_by_denied = len(room.playground.model.requests) - asked
    owner = await tried(room, people["robin"])
    other = await tried(room, people["sam"], [by_mention])
    cleared = await access(room, "clear")
    after = await tried(room, people["alex"])

    assert before == owner == after == names(WAYS)
    assert denied == []
    assert asked_by_denied == 0
    assert other == ["by_mention"]
    assert cleared == str(admins.ACCESS_CLEARED)


async def test_who_is_denied_keeps_the_right_to_what_is_stored_of_them(room: Room) -> None:
    alex = room.world.people["alex"]
    await room.ask("Hello")
    await access(room, "deny", who=alex)
    exported = await told(alex, "privacy export")
    confirm = await told(alex, "privacy delete")
    alex.press(confirm, str(members.PRIVACY_DELETE))
    await room.until(lambda: "Deleted" in shown(confirm) or confirm.content.startswith("Deleted"))

    assert b'"kind": "access"' in b"".join(one.data for one in exported.attachments)
    assert await tried(room, alex, [by_command, by_mention]) == []  # but isn't let in by that


async def test_a_form_that_was_open_when_its_user_was_denied_is_refused(room: Room) -> None:
    sam = room.world.people["sam"]
    message = room.world.people["mo"].post("general", "Something to ask about")
    modal = await sam.menu(listed.MENU_ASK, message).asked()
    await access(room, "deny", who=sam)
    said = await sam.submit(modal, {str(members.ASK_FIELD): "What?"}).answered()
    again = await sam.menu(listed.MENU_ASK, message).answered()

    assert said.content == again.content == str(members.NOT_FOR_YOU)
    assert not room.playground.model.requests


async def test_roles_and_people_on_a_list_of_allowed_get_in_either_way(room: Room) -> None:
    people, moderator = room.world.people, room.world.people["mo"]
    role = next(one for one in room.world.guild.roles.values() if one.name == "moderator")
    first = await access(room, "allow", who=role)
    await access(room, "allow", who=people["sam"])
    some = (by_mention, by_command)
    let_in = {name: await tried(room, people[name], some) for name in ("mo", "sam", "alex", "olivia")}
    held = await access(room, "show")
    await access(room, "deny", who=role)
    denied = await tried(room, moderator, some)

    assert first.startswith(f"<@&{role.id}> can now use me. Only people and roles on the list can")
    assert let_in == {"mo": names(some), "sam": names(some), "alex": [], "olivia": []}
    assert admins.ACCESS_PEOPLE.format(listed=f"<@&{role.id}> and <@{people['sam'].id}>") in held
    assert denied == []


async def test_a_channel_means_its_threads_and_a_category_its_channels(room: Room) -> None:
    world, alex = room.world, room.world.people["alex"]
    category = world.add_category("Rooms", world.channel("help"))
    await room.until(lambda: room.app.bot.get_channel(category.id))

    async def let_in() -> list[str]:
        return [name for name in ("general", "ideas", "help") if await met(room, alex.say(name, "Hello?"))]

    await access(room, "deny", where=world.channel("general"))
    denied = await let_in()
    await access(room, "clear", where=world.channel("general"))
    await access(room, "allow", where=category)
    allowed = await let_in()
    told_why = (await told(alex, "tokens channel")).content
    await access(room, "allow", where=world.channel("ideas"))
    with_thread = await let_in()

    assert (denied, allowed, with_thread) == (["help"], ["help"], ["ideas", "help"])
    assert told_why == str(members.NOT_IN_CHANNEL)


async def test_a_servers_lists_hold_there_alone(room: Room) -> None:
    world, alex = room.world, room.world.people["alex"]
    elsewhere = world.add_guild("Elsewhere", alex)
    lounge = world.add_text_channel("lounge", elsewhere)
    await access(room, "deny", who=alex)
    there = await met(room, alex.say(lounge, "And here?"))
    held = shown(await told(alex, "access show", lounge))

    assert there
    assert await tried(room, alex, [by_mention, by_direct_message]) == ["by_direct_message"]
    assert str(admins.ACCESS_ALL) in held


async def test_refused_words_are_heard_where_all_is_heard_and_not_answered(
    room: Room, soon_quiet: None
) -> None:
    people = room.world.people
    await access(room, "deny", who=people["alex"])
    await told(people["olivia"], "auto on", "random")
    gate = len(room.playground.model.requests)
    people["alex"].post("random", "I like tea", files=[("secret.txt", b"secret")])
    people["alex"].say("general", "Not remembered at all")
    await room.answered(people["sam"].post("random", "What did Alex say?"))
    await room.ask("And here?", "general", "sam")
    sent = [str(one.messages) for one in room.playground.model.requests[gate:]]

    assert len(sent) == 2
    assert "I like tea" in sent[0]
    assert "secret" not in sent[0]
    assert "Not remembered" not in sent[1]


async def test_a_denied_channel_remembers_nothing(room: Room) -> None:
    random = room.world.channel("random")
    await told(room.world.people["olivia"], "auto on", random)
    await access(room, "deny", where=random)
    said = room.world.people["sam"].say(random, "Hello?")
    await room.until(lambda: NO in said.reactions)

    assert await room.store.questions.find(said.id) is None


async def test_who_is_denied_does_not_get_in_through_a_proxy(room: Room) -> None:
    world, alex = room.world, room.world.people["alex"]
    await access(room, "deny", who=alex)
    asked = len(room.playground.model.requests)
    original = alex.say("general", "J: Through a proxy")
    await room.until(lambda: NO in original.reactions)
    text = f"<@{world.bot.id}> Through a proxy"
    world.webhook("general", "Jay", text, application_id=PLURALKIT)
    alex.delete(original)
    unseen = world.webhook("general", "Jay", f"<@{world.bot.id}> Out of nowhere", application_id=PLURALKIT)
    await room.until(lambda: NO in unseen.reactions)
    await room.ask("Are they in?", "general", "sam")

    assert len(room.playground.model.requests) == asked + 1


async def test_what_was_said_while_the_bot_was_away_is_asked_for_roles(room: Room) -> None:
    people = room.world.people
    role = next(one for one in room.world.guild.roles.values() if one.name == "moderator")
    await access(room, "allow", who=role)
    await room.stop()
    refused = people["alex"].say("general", "Are you there?")
    asked = people["mo"].say("general", "And now?")
    await room.start()

    assert await met(room, asked)
    assert not await met(room, refused)


async def test_a_question_from_before_a_restart_is_not_answered_to_who_was_denied_meanwhile(
    room: Room,
) -> None:
    gate = room.playground.model.script().hold_headers()
    room.post("Will you answer?")
    await gate.reached()
    behind = room.post("And this?")
    await room.until(lambda: "👀" in behind.reactions)
    await room.stop()
    room.environ["DENIED_USERS"] = str(room.world.people["alex"].id)
    await room.start()
    await room.ask("Hello?", "general", "sam")
    asked = [str(one.messages[-1]) for one in room.playground.model.requests[1:]]

    assert len(asked) == 1
    assert "Hello?" in asked[0]


@pytest.mark.parametrize("answer", ["reaction", "nothing"])
async def test_a_refused_mention_gets_a_reaction_or_nothing(tmp_path: Path, answer: str) -> None:
    async with open_room(tmp_path, REFUSED_MENTIONS=answer, DIRECT_MESSAGES="off") as room:
        people = room.world.people
        refused = people["alex"].dm("Hello?")
        sentence = (await told(people["alex"], "tokens channel", room.world.dm("alex"))).content
        owner = await met(room, people["robin"].dm("Hello?"))

        assert sentence == str(members.NOT_IN_DIRECT_MESSAGES)
        assert owner
        assert bool(refused.reactions) is (answer == "reaction")
        assert not room.replies(refused)


async def test_a_server_can_narrow_what_the_self_hoster_leaves_and_not_widen_it(room: Room) -> None:
    people = room.world.people
    await room.stop()
    room.environ["ALLOWED_USERS"] = ",".join(str(people[name].id) for name in ("sam", "mo", "olivia"))
    await room.start()
    await access(room, "allow", who=people["alex"])
    await access(room, "allow", who=people["sam"])
    let_in = {name: await tried(room, people[name], [by_mention]) for name in ("alex", "sam", "mo", "robin")}
    held = await access(room, "show")

    assert {name for name, ways in let_in.items() if ways} == {"sam", "robin"}
    assert str(admins.ACCESS_HOUSE) in held


async def test_the_record_tells_who_changed_the_lists(room: Room) -> None:
    people, general = room.world.people, room.world.channel("general")
    said = [
        await access(room, "allow", who=people["sam"]),
        await access(room, "deny", where=general),
        await access(room, "clear", who=people["sam"]),
        await access(room, "clear", who=people["sam"]),
        await access(room, "clear"),
        await access(room, "clear"),
        await access(room, "allow"),
        await access(room, "deny", who=people["sam"], where=general),
    ]
    log = shown(await told(people["olivia"], "history log"))
    denied_in_dm = (await told(people["olivia"], "access show", room.world.dm("olivia"))).content

    assert said[1:] == [
        admins.ACCESS_DENIED.format(listed=f"<#{general.id}>"),
        admins.ACCESS_UNLISTED.format(listed=people["sam"].mention),
        admins.ACCESS_NOT_LISTED.format(listed=people["sam"].mention),
        str(admins.ACCESS_CLEARED),
        str(admins.ACCESS_WAS_EMPTY),
        str(admins.ACCESS_ONE),
        str(admins.ACCESS_ONE),
    ]
    actor = people["olivia"].mention
    told_lines = [line.split(maxsplit=1)[1] for line in log.splitlines() if actor in line]
    assert [line.partition(actor)[2].strip() for line in told_lines] == [
        "cleared the access lists for the server",
        f"took {people['sam'].mention} off the access lists for the server",
        f"denied <#{general.id}> for the server",
        f"allowed {people['sam'].mention} for the server",
    ]
    assert denied_in_dm == str(members.NO_SERVER_HERE)


async def test_lists_outlive_a_restart_and_go_with_the_server(room: Room) -> None:
    people, guild = room.world.people, room.world.guild
    await access(room, "deny", who=people["alex"])
    await room.stop()
    await room.start()
    still = await tried(room, people["alex"], [by_mention])
    room.world.remove_bot(guild)
    held = await room.until(lambda: not room.store.access.of(guild.id).denied)
    await room.stop()
    await room.start()

    assert still == []
    assert held
    assert not room.store.access.of(guild.id).denied


async def test_an_admin_who_is_kept_out_by_their_own_list_can_undo_that(room: Room) -> None:
    people = room.world.people
    await access(room, "allow", who=people["sam"])
    refused = (await told(people["olivia"], "tokens channel")).content
    undone = await access(room, "clear")

    assert (refused, undone) == (str(members.NOT_FOR_YOU), str(admins.ACCESS_CLEARED))


def said_in(channel: Channel, room: Room) -> list[str]:
    return [one.content for one in channel.messages.values() if one.author_id == room.world.bot.id]


async def test_servers_that_are_not_allowed_are_left_whenever_they_were_joined(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        world, olivia = room.world, room.world.people["olivia"]
        await room.ask("Hello")
        before = world.add_guild("Joined before", olivia)
        await room.stop()
        room.environ["ALLOWED_SERVERS"] = str(world.guild.id)
        offline = world.add_guild("Joined offline", olivia)
        lobby = world.add_text_channel("lobby", offline)
        offline.system_channel_id = lobby.id
        await room.start()
        await room.until(lambda: not any(world.bot.id in one.members for one in (before, offline)))
        online = world.add_guild("Joined now", olivia)
        await room.until(lambda: world.bot.id not in online.members)
        home = await room.ask("Still here?")

    assert said_in(lobby, room) == [str(admins.NOT_OFFERED_HERE)]
    assert home
