"""/notices: where a server's moderators hear what concerns them."""

from bot.texts import admins
from playground.world.people import Person
from tests.cogs.acting import told
from tests.support.room import Room


async def test_the_channel_is_shown_set_and_cleared(room: Room) -> None:
    olivia = room.world.people["olivia"]
    nowhere = await told(olivia, "notices show")
    here = await told(olivia, "notices set")
    shown = await told(olivia, "notices show")
    cleared = await told(olivia, "notices clear")

    assert (nowhere.content, here.content) == (admins.NOTICES_NOWHERE, admins.NOTICES_SET)
    assert shown.content == admins.NOTICES_GO.format(channel=room.world.channel("general").id)
    assert cleared.content == admins.NOTICES_CLEARED
    assert (await told(olivia, "notices clear")).content == admins.NOTICES_NOWHERE
    assert (await told(olivia, "notices show")).content == admins.NOTICES_NOWHERE


async def test_it_is_for_those_who_manage_the_server(alex: Person) -> None:
    assert "notices" not in {one["name"] for one in alex.offered("general")}
