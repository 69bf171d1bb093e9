"""/config: all that holds in one view, changed where it stands; Set up opens it."""

import re

import pytest

from bot.client.invitation import link
from bot.rules.places.settings import Settings
from bot.rules.records import Verb
from bot.texts import admins, config, members
from bot.texts.languages.spoken import speaking
from bot.texts.places import persona
from bot.texts.places.words import NOTHING, OFF, ON, words_of
from bot.ui.commands.dialogs import view_of
from bot.ui.config.items import SetupButton
from bot.ui.config.rows import MOST_PHONE
from playground.world import permissions
from playground.world.entities import Overwrite
from playground.world.interacting import components
from playground.world.people import Person
from tests.cogs.acting import demoted, shown, told
from tests.cogs.viewing import changed, chosen, offered, pressed, written
from tests.support.room import Room

pytestmark = pytest.mark.memory

NEEDS_MANAGE_CHANNELS = members.NEEDS_PERMISSION.format(permission="Manage Channels")


async def test_all_that_holds_is_seen_with_whose_word_it_is(room: Room, mo: Person, olivia: Person) -> None:
    await told(olivia, "retention set", days=30, scope="server")
    await told(mo, "model set", name="gpt-4o")
    await told(olivia, "limits set", amount="$0.50/day", whose="person")
    await told(olivia, "notices set")

    lines = shown(await told(mo, "config")).split("\n")
    in_thread = shown(await told(mo, "config", room.world.channel("ideas")))

    assert lines[1] == str(config.TITLE_HERE)
    assert dict(zip(lines[2::2], lines[3::2], strict=True)) == {
        "**Model** · this channel": "`gpt-4o`",
        "**Persona** · the bot's owner": "You are a helpful assistant.",
        "**Answers** · the bot's owner": str(words_of("auto").shown[OFF]),
        "**Memory** · this server": "30 days",
        "**Recent messages** · the bot's owner": str(words_of("recent").shown[NOTHING]),
        "**Threads** · the bot's owner": str(words_of("threads").shown["offer"]),
        "**Language** · the bot's owner": "English",
        "**Who can use me** · the bot's owner": str(config.ACCESS_EVERYONE),
        "**Limits** · this server": "Person: $0.50 a day",
        "**Notices to moderators** · this server": f"<#{room.world.channel('general').id}>",
    }
    assert "**Model** · the channel\n`gpt-4o`" in in_thread


async def test_each_row_fits_a_phone_whatever_it_holds(room: Room, olivia: Person) -> None:
    modal = await olivia.run("general", "persona set", {"scope": "server"}).asked()
    await olivia.submit(modal, {str(persona.FIELD): "You are a *pirate* " * 50}).answered()
    await told(olivia, "limits set", amount="999999999 tokens/month", whose="server")
    await told(olivia, "context recent", messages=100)
    await told(olivia, "access deny", who=olivia)

    said = shown(await told(olivia, "config", room.world.channel("ideas")))

    wide = [line for line in said.split("\n") if len(re.sub(r"\\(.)|\*\*|`", r"\1", line)) > MOST_PHONE]
    assert wide == []


async def test_a_setting_is_changed_and_taken_back_in_place(room: Room, mo: Person) -> None:
    message = await told(mo, "config")

    of_model = await chosen(room, mo, message, "Model")
    picked = await chosen(room, mo, message, "gpt-4o")
    held = await room.store.places.settings(room.key("general"))
    back = await pressed(room, mo, message, str(config.TO_DEFAULT))
    all_again = await pressed(room, mo, message, str(config.BACK))
    log = await room.store.journal.log(room.key("general"), 5)

    assert offered(message)[:2] == ["Model", "Persona"]
    assert config.HOLDS.format(value="`gpt-4.1-mini`", source=str(config.FROM_OWNER)) in of_model
    assert config.HOLDS.format(value="`gpt-4o`", source=str(config.FROM_CHANNEL)) in picked
    assert held == Settings(model="gpt-4o")
    assert back == of_model
    assert "**Model** · the bot's owner\n`gpt-4.1-mini`" in all_again
    assert [(one.deed.verb, one.deed.setting) for one in log] == [(Verb.CLEAR, "model"), (Verb.SET, "model")]


async def test_a_thread_that_the_bot_is_in_shows_that_all_is_answered_until_that_is_set_otherwise(
    room: Room, mo: Person
) -> None:
    thread = mo.open_thread("general", "Tea")
    await room.ask("Is tea a soup?", thread, mo)
    message = await told(mo, "config", thread)
    before = shown(message)
    whole = (await told(mo, "auto show", thread)).content
    await chosen(room, mo, message, "Answers")
    quiet = await chosen(room, mo, message, str(words_of("auto").shown[OFF]))

    assert f"**Answers** · {admins.SOURCE_JOINED}\nEvery message" in before
    assert whole == words_of("auto").holds[ON].format(source=str(admins.SOURCE_JOINED))
    assert config.HOLDS.format(value="Only when addressed", source=str(config.FROM_THREAD)) in quiet


async def test_what_is_written_in_a_form_holds(room: Room, mo: Person) -> None:
    message = await told(mo, "config")
    await chosen(room, mo, message, "Persona")
    persona = await written(room, mo, message, str(config.WRITE), "You are a *pirate*.")
    await pressed(room, mo, message, str(config.BACK))
    await chosen(room, mo, message, "Memory")
    days = await written(room, mo, message, str(config.OTHER), "45")
    modal = await mo.press(message, str(config.OTHER)).asked()
    wrong = await mo.submit(modal, {str(words_of("retention_days").asked): "soon"}).answered()

    assert r"You are a \*pirate\*." in persona
    assert "45 days\n-# this channel" in days
    assert wrong.content == config.NOT_A_NUMBER.format(most="36,500")
    assert wrong.ephemeral_for == mo.id
    assert await room.store.places.settings(room.key("general")) == Settings(
        persona="You are a *pirate*.", retention_days=45
    )


async def test_whoever_manages_the_server_changes_what_holds_in_all_of_it(room: Room, olivia: Person) -> None:
    message = await told(olivia, "config")
    whole = await pressed(room, olivia, message, str(config.FOR_SERVER))
    of_answers = await chosen(room, olivia, message, "Answers")
    await chosen(room, olivia, message, str(words_of("auto").shown[ON]))
    await pressed(room, olivia, message, str(config.BACK))
    here = await pressed(room, olivia, message, str(config.FOR_HERE))

    assert str(config.TITLE_SERVER) in whole
    assert f"Answers · {config.FOR_SERVER}" in of_answers
    assert "**Answers** · this server\nEvery message" in here
    assert (await room.store.places.own_settings(room.key("general"), guild_wide=True)).auto is True


async def test_lists_limits_and_notices_of_a_server_are_changed_there(
    room: Room, olivia: Person, alex: Person
) -> None:
    message, general = await told(olivia, "config"), room.world.channel("general")
    moderators = next(one for one in room.world.guild.roles.values() if one.name == "moderator")
    await chosen(room, olivia, message, "Who can use me")
    await chosen(room, olivia, message, str(alex.id), str(config.WHOM["allow"]))
    listed = await chosen(room, olivia, message, str(general.id), str(config.WHERE["allow"]))
    await pressed(room, olivia, message, str(config.MODE_DENY))
    denied = await chosen(room, olivia, message, str(moderators.id), str(config.WHOM["deny"]))
    await pressed(room, olivia, message, str(config.MODE_UNLIST))
    off = await chosen(room, olivia, message, str(moderators.id), str(config.WHOM["unlist"]))
    emptied = await pressed(room, olivia, message, str(config.EMPTY_LISTS))
    await pressed(room, olivia, message, str(config.BACK))
    await chosen(room, olivia, message, "Limits")
    limited = await written(room, olivia, message, str(config.LIMIT_OF_PERSON), "$0.50/day")
    role = await olivia.select(message, str(moderators.id)).asked()
    olivia.submit(role, {str(config.FIELD_LIMIT): "$2/day"})
    by_role = await changed(room, message)
    unlimited = await written(room, olivia, message, str(config.LIMIT_OF_PERSON), "")
    await pressed(room, olivia, message, str(config.BACK))
    await chosen(room, olivia, message, "Notices to moderators")
    notices = await chosen(room, olivia, message, str(config.SEND_HERE))

    assert admins.ACCESS_PEOPLE.format(listed=f"<@{alex.id}>") in listed
    assert admins.ACCESS_CHANNELS.format(listed=f"<#{general.id}>") in listed
    assert admins.ACCESS_NOT_PEOPLE.format(listed=f"<@&{moderators.id}>") in denied
    assert f"<@&{moderators.id}>" not in off
    assert str(admins.ACCESS_ALL) in emptied
    assert "Each person: $0.50 a day" in limited
    assert f"Each person with <@&{moderators.id}>: $2 a day" in by_role
    assert "Each person:" not in unlimited
    assert f"<#{general.id}>" in notices


async def test_who_may_change_only_some_sees_the_rest_as_text(room: Room, mo: Person, alex: Person) -> None:
    said = await told(mo, "config")
    refused = await told(alex, "config")

    assert "**Limits** · the bot's owner\nNone" in shown(said)
    assert offered(said) == ["Model", "Persona", "Answers", "Memory", "Recent messages", "Threads"]
    assert components.labels(said) == []
    assert refused.content == NEEDS_MANAGE_CHANNELS
    assert "config" not in [one["name"] for one in alex.offered("general")]


async def test_a_press_on_what_holds_no_more_is_refused_and_shows_what_does(
    room: Room, mo: Person, olivia: Person
) -> None:
    message = await told(mo, "config")
    await chosen(room, mo, message, "Memory")
    modal = await mo.press(message, str(config.OTHER)).asked()
    await told(olivia, "retention set", days=7)

    picked = await mo.select(message, "30 days").answered()
    refreshed = shown(message)
    sent = await mo.submit(modal, {str(words_of("retention_days").asked): "45"}).answered()
    data = message.components
    await told(olivia, "retention set", days=8)
    message.components = data
    opened = await mo.press(message, str(config.OTHER)).answered()

    assert [picked.content, sent.content, opened.content] == [str(config.STALE)] * 3
    assert "7 days\n-# this channel" in refreshed
    assert "8 days" in shown(message)
    assert (await room.store.places.settings(room.key("general"))).retention_days == 8


async def test_a_permission_lost_since_is_missing(room: Room, mo: Person) -> None:
    message = await told(mo, "config")
    await chosen(room, mo, message, "Model")
    demoted(room, mo)

    said = await mo.select(message, "gpt-4o").answered()

    assert said.content == NEEDS_MANAGE_CHANNELS
    assert await room.store.places.settings(room.key("general")) == Settings()


async def test_the_view_works_after_a_restart(room: Room, mo: Person) -> None:
    message = await told(mo, "config")
    await room.stop()
    await room.start()
    await chosen(room, mo, message, "Answers")
    await room.stop()
    await room.start()
    said = await chosen(room, mo, message, str(words_of("auto").shown[ON]))
    await pressed(room, mo, message, str(config.BACK))
    await chosen(room, mo, message, "Persona")
    form = await mo.press(message, str(config.WRITE)).asked()
    await room.stop()
    await room.start()
    mo.submit(form, {str(persona.FIELD): "You are a pirate."})
    written_before = await changed(room, message)

    assert "Every message\n-# this channel" in said
    assert "You are a pirate.\n-# this channel" in written_before


async def test_in_a_direct_message_everything_there_is_ones_own(room: Room, alex: Person) -> None:
    room.playground.model.answer("Hi")
    await room.ask("Hello", "dm")
    message = await told(alex, "config", room.world.dm(alex))
    await chosen(room, alex, message, "Memory")
    said = await chosen(room, alex, message, "7 days")
    await pressed(room, alex, message, str(config.BACK))

    assert "7 days\n-# you" in said
    assert [one for one in offered(message) if one in ("Answers", "Limits")] == []


async def test_the_limits_of_the_bots_owner_are_shown_as_theirs(room: Room, mo: Person) -> None:
    room.environ |= {"LIMIT_PERSON": "$1/day", "LIMIT_TOTAL": "$50/month"}
    await room.stop()
    await room.start()

    said = shown(await told(mo, "config"))

    assert "**Limits** · the bot's owner\nPerson: $1 a day\nEverywhere: $50 a month\n" in said


async def test_what_is_set_for_what_is_gone_can_be_taken_off(room: Room, olivia: Person) -> None:
    role, lounge = room.world.add_role("helper", 0), room.world.add_text_channel("lounge")
    await told(olivia, "access deny", who=role)
    await told(olivia, "access deny", where=lounge)
    await told(olivia, "limits set", amount="$2/day", whose="person", role=role)
    gone = str(config.TAKE_OFF_GONE)
    room.world.delete_role(role)
    room.world.delete_channel(lounge)
    message = await told(olivia, "config")
    await chosen(room, olivia, message, "Who can use me")
    of_lists = offered(message)
    await chosen(room, olivia, message, of_lists[0], gone)
    await chosen(room, olivia, message, of_lists[1], gone)
    without = offered(message)
    await pressed(room, olivia, message, str(config.BACK))
    await chosen(room, olivia, message, "Limits")
    unlimited = await chosen(room, olivia, message, "deleted role, $2 a day", gone)

    assert sorted(of_lists) == sorted(
        (config.GONE["role"].format(id=role.id), config.GONE["channel"].format(id=lounge.id))
    )
    assert (without, offered(message)) == ([], [])
    assert str(role.id) not in unlimited


async def test_what_the_bot_lacks_in_a_place_is_named(room: Room, mo: Person) -> None:
    general = room.world.channel("general")
    general.overwrites[room.world.bot.id] = Overwrite(room.world.bot.id, 1, deny=permissions.ATTACH_FILES)

    said = shown(await told(mo, "config"))

    assert config.LACKS.format(permissions="Attach Files", link=link(room.world.application_id)) in said


async def test_a_servers_own_lists_lock_nobody_out_who_manages_it(room: Room, olivia: Person) -> None:
    await told(olivia, "access deny", who=olivia)
    message = await told(olivia, "config")
    await chosen(room, olivia, message, "Who can use me")

    assert str(admins.ACCESS_ALL) in await pressed(room, olivia, message, str(config.EMPTY_LISTS))


async def test_set_up_offers_the_language_of_whoever_sets_up(room: Room, olivia: Person) -> None:
    olivia.user.locale = "ko"
    view = await told(olivia, "config")
    with speaking("ko"):
        whole, offer = str(config.FOR_SERVER), config.SPEAK.format(language="한국어")
        row = f"**{config.ROWS['language']}** · {config.FROM_SERVER}\n한국어"
    await pressed(room, olivia, view, whole)
    afterwards = await pressed(room, olivia, view, offer)
    spoken = room.app.services.languages.of(room.key("general"))
    olivia.user.locale = "en-US"
    log = shown(await told(olivia, "history log"))

    assert row in afterwards
    assert offer not in components.labels(view)
    assert spoken == "ko"
    assert "set language to 한국어 for the server" in log


async def test_the_language_of_a_server_is_picked_and_taken_back(room: Room, olivia: Person) -> None:
    room.world.make_community("ko")
    await room.until(lambda: room.app.services.languages.of(room.key("general")) == "ko")
    view = await told(olivia, "config")
    of_community = await chosen(room, olivia, view, "Language")
    picked = await chosen(room, olivia, view, "English")
    back = await pressed(room, olivia, view, str(config.TO_DEFAULT))

    assert "한국어\n-# Discord's server settings" in of_community
    assert "English\n-# this server" in picked
    assert back == of_community


async def test_set_up_opens_the_view_for_those_who_manage(
    room: Room, olivia: Person, mo: Person, alex: Person
) -> None:
    general = room.world.channel("general")
    there = room.app.bot.get_partial_messageable(general.id, guild_id=general.guild_id)
    posted = await there.send("Hello", view=view_of(SetupButton(0)))
    message = general.messages[posted.id]

    answers = [await one.press(message, str(config.SETUP)).answered() for one in (olivia, mo, alex)]

    assert str(config.TITLE_SERVER) in shown(answers[0])
    assert str(config.TITLE_HERE) in shown(answers[1])
    assert answers[2].content == NEEDS_MANAGE_CHANNELS
    assert [one.ephemeral_for for one in answers] == [olivia.id, mo.id, alex.id]
    assert message.content == "Hello"
