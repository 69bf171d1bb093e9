"""/notices: where a server's moderators hear what concerns them."""

import pytest

from bot.texts import admins, config
from playground.world.people import Person
from tests.cogs.acting import shown, told
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_the_channel_is_shown_set_and_cleared(room: Room) -> None:
    olivia = room.world.people["olivia"]
    nowhere = await told(olivia, "notices show")
    here = await told(olivia, "notices set")
    set_here = await told(olivia, "notices show")
    cleared = await told(olivia, "notices clear")

    assert (nowhere.content, here.content) == (str(admins.NOTICES_NOWHERE), str(admins.NOTICES_SET))
    assert set_here.content == admins.NOTICES_GO.format(channel=room.world.channel("general").id)
    assert cleared.content == str(admins.NOTICES_CLEARED)
    assert (await told(olivia, "notices clear")).content == str(admins.NOTICES_NOWHERE)
    assert (await told(olivia, "notices show")).content == str(admins.NOTICES_NOWHERE)


async def test_a_change_is_in_the_servers_record(room: Room) -> None:
    olivia, general = room.world.people["olivia"], room.world.channel("general")
    await told(olivia, "notices set")
    await told(olivia, "notices clear")
    cleared, set_ = shown(await told(olivia, "history log", "random")).splitlines()[-2:]

    assert set_.endswith(f"<@{olivia.id}> set notices channel to <#{general.id}> for the server")
    assert cleared.endswith(f"<@{olivia.id}> went back to the default notices channel for the server")


async def test_a_channel_that_was_deleted_is_unset_and_that_is_said_once(room: Room) -> None:
    olivia, world = room.world.people["olivia"], room.world
    said = []
    for command in ("config", "notices show"):
        for away in (False, True):
            channel = world.add_text_channel("mods")
            await told(olivia, "notices set", channel)
            if away:
                await room.stop()
            world.delete_channel(channel)
            if away:
                await room.start()
            said += [shown(await told(olivia, command)) for _ in range(2)]

    config_, notices = said[:4], said[4:]
    assert [str(config.NOTICES_DELETED) in one for one in config_] == [True, False] * 2
    assert notices == [str(admins.NOTICES_DELETED), str(admins.NOTICES_NOWHERE)] * 2


async def test_it_is_for_those_who_manage_the_server(alex: Person) -> None:
    assert "notices" not in {one["name"] for one in alex.offered("general")}
