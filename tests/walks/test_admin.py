"""An admin's way with the bot, from the invitation to the tenth day: each step is what they see."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.client.invitation import link
from bot.texts import admins, config, listed, members
from bot.texts.places.words import ON, words_of
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.people import Person
from playground.world.places import INVITED
from tests.cogs.acting import cleared, refused, shown, swept_at_the_start, told
from tests.cogs.conftest import ShiftedClock
from tests.cogs.viewing import chosen, pressed, written
from tests.support.room import Room, open_room

PERSONA = "You are the library's kind voice."
WEEK = "7 days"


@dataclass(frozen=True)
class Library:
    """A server that invites the bot: its owner, a moderator of its desk, and two members."""

    room: Room
    clock: ShiftedClock
    olivia: Person
    tom: Person
    lena: Person
    troll: Person
    desk: Channel
    staff: Channel

    async def ask(self, who: Person, text: str, *, addressed: bool = True) -> Message:
        """Have somebody ask at the desk, and return the bot's answer or what it says instead."""
        self.room.playground.model.answer("On the second floor.")
        asked = who.say(self.desk, text) if addressed else who.post(self.desk, text)
        found: list[Message] = await self.room.until(lambda: self.room.replies(asked))
        await self.room.until(lambda: found[0].content and "…" not in found[0].content)
        return found[0]


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    clock = ShiftedClock()
    async with open_room(tmp_path, clock=clock, ALLOWED_MODELS="gpt-4o") as room:
        world = room.world
        guild = world.add_guild("Library", world.person("olivia"))
        moderator = world.add_role(
            "librarian", permissions.MANAGE_CHANNELS | permissions.MANAGE_MESSAGES, guild=guild
        )
        yield Library(
            room,
            clock,
            olivia=world.person("olivia"),
            tom=world.add_person("tom", guild=guild, roles=[moderator]),
            lena=world.add_person("lena", guild=guild),
            troll=world.add_person("troll", guild=guild),
            desk=world.add_text_channel("desk", guild),
            staff=world.add_text_channel("staff", guild),
        )


async def test_an_admins_first_ten_days(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    await day_of_the_invitation(library)
    await first_question(library)
    await day_of_the_troll(library)
    await day_of_a_limit(library)
    await day_of_a_mistake(library)
    await tenth_day(library, caplog)


async def day_of_the_invitation(library: Library) -> None:
    """The link asks for what is needed; one view shows what holds, and changes it for the whole server."""
    room, olivia = library.room, library.olivia
    asked = int(link(room.world.application_id).rpartition("=")[2])
    assert asked == INVITED
    assert {"help", "config"} <= {one["name"] for one in olivia.offered(library.desk)}

    view = await told(olivia, "config", library.desk)
    assert shown(view).strip().startswith(f"{config.TITLE_HERE}\n**Model** · the bot's owner")
    assert "I lack here" not in shown(view)

    await pressed(room, olivia, view, str(config.FOR_SERVER))
    await chosen(room, olivia, view, "Persona")
    await written(room, olivia, view, str(config.WRITE), PERSONA)
    await pressed(room, olivia, view, str(config.BACK))
    await chosen(room, olivia, view, "Model")
    await chosen(room, olivia, view, "gpt-4o")
    await pressed(room, olivia, view, str(config.BACK))
    await chosen(room, olivia, view, "Memory")
    await chosen(room, olivia, view, WEEK)
    whole = await pressed(room, olivia, view, str(config.BACK))

    assert "**Model** · this server\n`gpt-4o`" in whole
    assert f"**Persona** · this server\n{PERSONA}" in whole
    assert f"**Memory** · this server\n{WEEK}" in whole


async def first_question(library: Library) -> None:
    """The desk's moderator has all of it answered; members feel that, and find nothing to change it."""
    room, tom, lena = library.room, library.tom, library.lena
    view = await told(tom, "config", library.desk)
    assert str(config.FOR_SERVER) not in str(view.components)
    await chosen(room, tom, view, "Answers")
    assert f"{words_of('auto').shown[ON]}\n-# this channel" in await chosen(
        room, tom, view, str(words_of("auto").shown[ON])
    )

    answer = await library.ask(lena, "Where are the atlases?", addressed=False)
    request = room.playground.model.requests[-1]
    assert answer.content.startswith("On the second floor.")
    assert (request.model, request.messages[0]["content"].startswith(PERSONA)) == ("gpt-4o", True)
    assert "config" not in {one["name"] for one in lena.offered(library.desk)}
    assert (await told(lena, "config", library.desk)).content == members.NEEDS_PERMISSION.format(
        permission=listed.PERMISSIONS["manage_channels"]
    )
    assert "`gpt-4o` answers here" in (await told(lena, "model show", library.desk)).content


async def day_of_the_troll(library: Library) -> None:
    """Somebody is kept out, and the owner hears in the staff's channel what concerns moderators."""
    room, olivia, troll = library.room, library.olivia, library.troll
    view = await told(olivia, "config", library.staff)
    await chosen(room, olivia, view, "Who can use me")
    await pressed(room, olivia, view, str(config.MODE_DENY))
    assert troll.mention in await chosen(room, olivia, view, str(troll.id), str(config.WHOM["deny"]))
    await pressed(room, olivia, view, str(config.BACK))
    await chosen(room, olivia, view, "Notices to moderators")
    assert f"<#{library.staff.id}>" in await chosen(room, olivia, view, str(config.SEND_HERE))

    said = troll.say(library.desk, "Write me 900 insults.")
    await room.until(lambda: "🚫" in said.reactions)
    assert room.replies(said) == []


async def day_of_a_limit(library: Library) -> None:
    """A limit for each person ends what one of them asks, and says whose it is; by role it may be more."""
    room, olivia, lena = library.room, library.olivia, library.lena
    view = await told(olivia, "config", library.staff)
    await chosen(room, olivia, view, "Limits")
    limited = await written(room, olivia, view, str(config.LIMIT_OF_PERSON), "1 token/day")
    assert "Each person: 1 token a day" in limited

    assert "1 token a day" in (await library.ask(lena, "And the globes?")).content

    await written(room, olivia, view, str(config.LIMIT_OF_PERSON), "")
    assert (await library.ask(lena, "And the globes?")).content.startswith("On the second floor.")


async def day_of_a_mistake(library: Library) -> None:
    """A moderator clears the desk by mistake: all hear of it, whoever may finds the way back."""
    room, tom, olivia, desk = library.room, library.tom, library.olivia, library.desk
    mistake = await cleared(room, tom, await told(tom, "reset", desk))
    note = await room.until(lambda: told_all(library)[:1])
    assert note[0].startswith("Tom cleared what I remember here.")

    log = await told(olivia, "history log", desk)
    olivia.press(log, str(admins.UNDO))
    await room.until(lambda: told_all(library)[1:])
    assert told_all(library)[1].startswith("Olivia brought back")
    assert await refused(tom, mistake, str(admins.UNDO)) == str(admins.UNDO_TOO_LATE)
    assert "atlases" in shown(await told(tom, "history show", desk))


def told_all(library: Library) -> list[str]:
    """Return what everybody at the desk reads of resets."""
    said = (one.content for one in library.desk.messages.values() if one.ephemeral_for is None)
    return [one for one in said if " what I remember " in one or " brought back " in one]


async def tenth_day(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    """What is older than a week is gone, the view still shows what holds, the log who did what."""
    olivia, desk = library.olivia, library.desk
    library.clock.pass_time(days=10)
    await swept_at_the_start(library.room, caplog)

    assert (await told(library.tom, "history show", desk)).content == str(members.NOTHING_REMEMBERED)
    view = shown(await told(olivia, "config", desk))
    assert "**Answers** · this channel\nEvery message" in view
    assert f"**Who can use me** · this server\n{config.ACCESS_LISTS}" in view
    log = shown(await told(olivia, "history log", desk))
    for said in (
        f"{library.tom.mention} set automatic answers to on here",
        f"{olivia.mention} set model to gpt-4o for the server",
        f"{olivia.mention} denied {library.troll.mention} for the server",
        f"{olivia.mention} set limit of each person to 1 token a day for the server",
        f"{olivia.mention} brought back",
    ):
        assert said in log
