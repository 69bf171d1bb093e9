"""/limits: what may be spent in a server, by those who manage it."""

import pytest

from bot.texts import bounds, members
from playground.world.people import Person
from tests.cogs.acting import shown, told
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_limits_are_set_shown_and_cleared_by_those_who_manage_the_server(
    room: Room, alex: Person, olivia: Person
) -> None:
    none = shown(await told(olivia, "limits show"))
    refused = await told(alex, "limits set", amount="$1/day", whose="person")
    wrong = await told(olivia, "limits set", amount="5", whose="person")
    await told(olivia, "limits set", amount="$5 a month", whose="server")
    both = shown(await told(olivia, "limits set", amount="1 token/day", whose="person"))
    question = room.post("Hello", who="alex")
    [answer] = await room.answered(question)
    cleared = shown(await told(olivia, "limits clear", whose="person"))
    await told(olivia, "limits clear", whose="person")
    logged = shown(await told(olivia, "history log"))

    assert str(bounds.LIMITS_NONE) in none
    assert logged.count("went back") == 1
    assert refused.content == members.NEEDS_SERVER_PERMISSION.format(permission="Manage Server")
    assert wrong.content == str(bounds.LIMIT_WRONG)
    assert bounds.LIMITS_SERVER.format(limit="$5 a month") in both
    assert bounds.LIMITS_PERSON.format(limit="1 token a day") in both
    assert answer.content.startswith("Your limit of 1 token a day")
    assert bounds.LIMITS_SERVER.format(limit="$5 a month") in cleared
    assert "set limit of each person to 1 token a day for the server" in logged


async def test_a_limit_for_a_role_is_for_each_person(room: Room, olivia: Person) -> None:
    role = room.world.add_role("helper", 0)
    refused = await told(olivia, "limits set", amount="1 token/day", whose="server", role=role)
    held = shown(await told(olivia, "limits set", amount="5 tokens/day", whose="person", role=role))

    assert refused.content == str(bounds.LIMIT_OF_ROLE)
    assert held.count("5 tokens a day") == 1
    assert "1 token a day" not in held


async def test_a_deleted_roles_limit_can_be_cleared(room: Room, olivia: Person) -> None:
    helper, keeper = (room.world.add_role(name, 0) for name in ("helper", "keeper"))
    for role in (helper, keeper):
        await told(olivia, "limits set", amount="5 tokens/day", whose="person", role=role)
    room.world.delete_role(helper)
    offer = olivia.autocomplete("general", "limits clear", "role", "", options={"whose": "person"})
    offered = await offer.offered()
    unknown = await told(olivia, "limits clear", whose="person", role="helper")
    left = shown(await told(olivia, "limits clear", whose="person", role=str(helper.id)))

    assert offered == [bounds.ROLE_DELETED.format(limit="5 tokens a day"), "keeper"]
    assert unknown.content == str(bounds.LIMIT_ROLE_UNKNOWN)
    assert str(helper.id) not in left
    assert str(keeper.id) in left
