"""Who runs the bot: whom the self-hoster names, else whom Discord does."""

from pathlib import Path

from playground.world.entities import TeamMember
from tests.cogs.acting import told
from tests.support.room import open_room


async def test_the_applications_owner_may_everything_without_a_permission(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        people, owners = room.world.people, room.app.bot.owners
        said = [(await told(people[name], "auto on")).content for name in ("robin", "sam")]

    assert owners == {people["robin"].id}
    assert said[0].startswith("I now answer every message")
    assert said[1].startswith("You need Manage Channels")


async def test_a_teams_owner_admins_developers_run_it_once_they_have_joined(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        people = room.world.people
        room.world.team = [
            TeamMember(people["robin"].id, "read_only"),  # whatever Discord says of the owner's role
            TeamMember(people["olivia"].id, "admin"),
            TeamMember(people["mo"].id, "developer"),
            TeamMember(people["sam"].id, "read_only"),
            TeamMember(people["alex"].id, "admin", accepted=False),
        ]
        await room.stop()
        await room.start()
        owners = room.app.bot.owners

    assert owners == {people[name].id for name in ("robin", "olivia", "mo")}


async def test_whom_the_self_hoster_names_runs_it_and_nobody_else(tmp_path: Path) -> None:
    named = "155149108183695360"
    async with open_room(tmp_path, OWNERS=f"{named}, 155149108183695361") as room:
        owners = room.app.bot.owners
        said = await told(room.world.people["robin"], "auto on")

    assert owners == {155149108183695360, 155149108183695361}
    assert said.content.startswith("You need Manage Channels")
