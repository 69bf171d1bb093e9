"""What the bot may do in a channel is what Discord computes, and what it lacks is named."""

from hypothesis import given
from hypothesis import strategies as st

from bot.client.invitation import PERMISSIONS, lacking
from bot.keeping.permissions import ALL, in_channel
from playground.world import permissions
from playground.world.entities import Overwrite
from playground.world.world import World

BITS = st.integers(0, 2**12 - 1) | st.just(permissions.ADMINISTRATOR)


@given(
    roles=st.lists(BITS, min_size=3, max_size=3),
    overwrites=st.dictionaries(st.integers(0, 3), st.tuples(BITS, BITS)),
    owner=st.booleans(),
)
def test_permissions_are_computed_as_discord_does(
    roles: list[int], overwrites: dict[int, tuple[int, int]], owner: bool
) -> None:
    world = World()
    guild, channel = world.guild, world.channel("general")
    member = guild.members[world.bot.id]
    added = [world.add_role(f"role {number}", granted) for number, granted in enumerate(roles)]
    member.role_ids = [one.id for one in added[1:]]
    guild.roles[guild.id].permissions = roles[0] & ~permissions.ADMINISTRATOR
    guild.owner_id = world.bot.id if owner else world.person("olivia").id
    holders = [guild.id, *member.role_ids, world.bot.id]
    channel.overwrites = {
        holders[at]: Overwrite(holders[at], 1 if at == 3 else 0, allow, deny)
        for at, (allow, deny) in overwrites.items()
    }

    told = in_channel(
        {
            "permission_overwrites": [
                {"id": str(one.id), "allow": str(one.allow), "deny": str(one.deny)}
                for one in channel.overwrites.values()
            ]
        },
        {
            "id": str(guild.id),
            "owner_id": str(guild.owner_id),
            "roles": [
                {"id": str(one.id), "permissions": str(one.permissions)} for one in guild.roles.values()
            ],
        },
        {"roles": [str(one) for one in member.role_ids]},
        str(world.bot.id),
    )

    expected = permissions.in_channel(guild, member, channel)
    assert bool(told & permissions.VIEW_CHANNEL) is bool(expected & permissions.VIEW_CHANNEL)
    assert told == ALL if expected == permissions.ALL else not expected or told == expected


def test_what_is_lacking_is_named_as_discord_names_it() -> None:
    assert lacking(PERMISSIONS) == []
    assert lacking(permissions.ADMINISTRATOR) == []
    assert "View Channels" in lacking(0)
    assert "Use Application Commands" not in lacking(0)
    assert {"Create Public Threads", "Send Messages in Threads"} <= set(lacking(0, thread=False))
    assert not {"Send Messages", "Create Public Threads"} & set(lacking(0, thread=True))
