"""What holds in a place, to those who manage it or its server, and to nobody else."""

import pytest

from bot.chat.commands.settings import Source
from bot.chat.rights import Member, Permission
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey
from tests.chat.heart import DIRECT, MODERATOR, ROOM, THREAD, Heart

CHANNELS = Member(MODERATOR, "Mo", frozenset({Permission.MANAGE_CHANNELS}))
SERVER = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
NOTHING = Member(MODERATOR, "Alex", frozenset())


@pytest.mark.parametrize(
    ("member", "place", "may_change", "may_manage"),
    [
        (CHANNELS, ROOM, True, False),
        (CHANNELS, THREAD, True, False),
        (SERVER, ROOM, False, True),
        (NOTHING, DIRECT, True, False),
    ],
)
async def test_whoever_manages_something_sees_all_and_may_change_that(
    heart: Heart, member: Member, place: ChannelKey, may_change: bool, may_manage: bool
) -> None:
    seen = await heart.commands.config.overview(place, member, guild_wide=False)

    assert (seen.may_change, seen.may_manage) == (may_change, may_manage)
    assert heart.commands.config.widest(place, member) is may_manage
    assert seen.held["model"].value == "gpt-4.1-mini"


async def test_what_holds_in_all_of_a_server_is_for_those_who_manage_it(heart: Heart) -> None:
    config, settings = heart.commands.config, heart.commands.settings
    both = Member(MODERATOR, "Olivia", CHANNELS.permissions | SERVER.permissions)
    await settings.change(ROOM, both, guild_wide=False, model="gpt-4o")
    await settings.change(ROOM, both, guild_wide=True, recent=20)

    seen = await config.overview(ROOM, both, guild_wide=True)

    assert (seen.held["model"].value, seen.held["model"].source) == ("gpt-4.1-mini", Source.DEFAULT)
    assert (seen.held["recent"].value, seen.held["recent"].source) == (20, Source.SERVER)
    with pytest.raises(NotAllowed):
        await config.overview(ROOM, CHANNELS, guild_wide=True)


async def test_nobody_else_sees_it(heart: Heart) -> None:
    with pytest.raises(NotAllowed):
        await heart.commands.config.overview(ROOM, NOTHING, guild_wide=False)
    with pytest.raises(UserFacingError):
        await heart.commands.config.overview(DIRECT, NOTHING, guild_wide=True)
