"""A member's way with the bot, from its coming to the tenth day: each step is what they see."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.texts import guide, listed, members
from bot.texts.features import greetings, threads
from playground.world import places
from playground.world.entities import Channel, Message
from playground.world.people import Person
from tests.cogs.acting import pressed, sent, shown, told
from tests.cogs.conftest import ShiftedClock
from tests.support.room import Room, open_room

FIRST, SECOND = "Between two heavy books.", "Under a flat stone."


@dataclass(frozen=True)
class Club:
    """A server that takes the bot in: one of its members, and the channel where they meet."""

    room: Room
    clock: ShiftedClock
    lena: Person
    lounge: Channel

    async def ask(self, text: str, answer: str, place: Channel | None = None) -> Message:
        """Have Lena ask, addressed in the lounge or just said elsewhere, and return the answer."""
        self.room.playground.model.answer(answer)
        asked = self.lena.post(place, text) if place else self.lena.say(self.lounge, text)
        return (await self.room.answered(asked))[0]


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    clock = ShiftedClock()
    async with open_room(tmp_path, clock=clock) as room:
        guild = room.world.add_guild("Herbarium", room.world.person("olivia"), with_bot=False)
        lounge = room.world.add_text_channel("lounge", guild)
        lena = room.world.add_person("lena", guild=guild)
        room.world.add_person("tom", guild=guild)
        room.world.add_text_channel("garden", guild)
        places.add_bot(room.world, guild)
        yield Club(room, clock, lena, lounge)


async def test_a_members_first_ten_days(club: Club) -> None:
    await greeted(club)
    await looks_for_help(club)
    await tries_something(club)
    answer = await first_question(club)
    await stops_and_goes_on(club)
    thread = await goes_on_in_a_thread(club, answer)
    await starts_afresh(club, thread)
    await counts(club)
    await asks_for_herself(club)
    await alone_with_it(club)
    await tenth_day(club)


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    return [one["label"] for row in message.components for one in row["components"]]


async def greeted(club: Club) -> None:
    """Who came is said once, with how to talk to it and what it keeps."""
    us = club.room.world.bot
    [greeting] = await club.room.until(lambda: list(club.lounge.messages.values()))
    assert greeting.content == greetings.SERVER.format(name=us.name, mention=f"<@{us.id}>")
    assert greeting.content.count("\n") < 5


async def looks_for_help(club: Club) -> None:
    """A mention that says only "help" points to /help, which shows what a member can do, and no more."""
    asked = club.lena.say(club.lounge, "help")
    [hint] = await club.room.until(lambda: club.room.replies(asked))
    assert hint.content == str(guide.HINT)

    page = await told(club.lena, "help", club.lounge)
    assert page.ephemeral_for == club.lena.id
    assert all(str(line) in shown(page) for line in (*guide.IN_SERVER, guide.FOR_ALL))
    assert [one for one in ("/config", "/access", "/persona set") if one in shown(page)] == []
    assert not {"config", "access", "limits", "notices"} & {
        one["name"] for one in club.lena.offered(club.lounge)
    }


async def tries_something(club: Club) -> None:
    """Whoever is new and only mentions it is shown what to try: one press asks that in one's own name."""
    tom, garden = club.room.world.people["tom"], club.room.world.channel("garden")
    answered = await club.room.ask("", garden, tom)
    [hello] = [one for one in garden.messages.values() if labels(one) and one not in answered]
    assert (hello.content, labels(hello)) == (
        str(greetings.NEWCOMER),
        [str(one) for one in greetings.TO_TRY],
    )

    club.room.playground.model.answer("With plants, for example.")
    tom.press(hello, str(greetings.TO_TRY[0]))
    asked = greetings.ASKS.format(name="Tom", question=greetings.TO_TRY[0])
    [posted] = await club.room.until(
        lambda: [one for one in garden.messages.values() if one.content == asked]
    )
    assert (await club.room.answered(posted))[0].content == "With plants, for example."


async def first_question(club: Club) -> Message:
    """The answer can be redone; what it said before can be leafed to, and is then what counts."""
    answer = await club.ask("How do I press flowers?", FIRST)
    assert (answer.content, labels(answer)) == (
        FIRST,
        [str(members.REGENERATE), str(threads.CONTINUE_IN_THREAD)],
    )

    club.room.playground.model.answer(SECOND)
    assert SECOND in await redone(club, answer, str(members.REGENERATE), "2/2")
    assert FIRST in await redone(club, answer, str(members.VERSION_BEFORE), "1/2")
    assert SECOND in await redone(club, answer, str(members.VERSION_AFTER), "2/2")
    assert FIRST in await redone(club, answer, str(members.VERSION_BEFORE), "1/2")
    await club.ask("For how long?", "Two weeks.")
    assert [said for _, said in sent(club.room)][-2:] == [FIRST, "Lena: For how long?"]
    await club.room.until(lambda: labels(answer) == [])  # the newest answer has them now
    return next(one for one in reversed(club.lounge.messages.values()) if one.content == "Two weeks.")


async def redone(club: Club, answer: Message, button: str, then: str) -> str:
    """Press a button, and return what the answer says once it is at that version."""
    club.lena.press(answer, button)
    await club.room.until(lambda: then in labels(answer) and "▌" not in answer.content)
    for job in club.room.app.services.queue.jobs(club.lounge.id):  # it is done when its end is stored, too
        await job.ended.wait()
    return answer.content


async def stops_and_goes_on(club: Club) -> None:
    """Stop leaves what was written, says who stopped it, and offers to go on right there."""
    gate = club.room.playground.model.script("First ", "the roses").hold()
    asked = club.lena.say(club.lounge, "Which flowers?")
    await gate.reached()
    [answer] = await club.room.until(lambda: club.room.replies(asked))
    await club.room.until(lambda: answer.content == f"First the roses{members.CURSOR}")
    assert labels(answer) == [str(members.STOP)]

    club.lena.press(answer, str(members.STOP))
    await club.room.answered(asked)
    assert answer.content == f"First the roses\n-# {members.STOPPED_BY.format(name='Lena')}"
    assert labels(answer)[:2] == [str(members.CONTINUE), str(members.REGENERATE)]

    club.room.playground.model.script(", then the ferns.")
    club.lena.press(answer, str(members.CONTINUE))
    await club.room.until(lambda: answer.content == "First the roses, then the ferns.")
    await club.room.until(lambda: str(members.REGENERATE) in labels(answer))


async def goes_on_in_a_thread(club: Club, answer: Message) -> Channel:
    """One button leads into a thread, which says that no mention is needed there, and knows the answer."""
    newest = club.lounge.messages[max(club.lounge.messages)]
    said = await club.lena.press(newest, str(threads.CONTINUE_IN_THREAD)).answered()
    thread = club.room.world.channels[newest.id]
    assert (said.content, said.ephemeral_for) == (threads.OPENED.format(thread=thread.id), club.lena.id)
    await club.room.until(lambda: str(threads.BEGINS) in [one.content for one in thread.messages.values()])

    await club.ask("And mosses?", "Those dry by themselves.", thread)
    assert "First the roses, then the ferns." in [text for _, text in sent(club.room)]
    assert answer.content == "Two weeks."
    return thread


async def starts_afresh(club: Club, thread: Channel) -> None:
    """/new begins anew where one is: all there hear of it, and the model no longer gets what was said."""
    done = await told(club.lena, "new", thread)
    assert (done.content, labels(done)) == (str(threads.STARTED), ["Undo"])
    await club.room.until(
        lambda: threads.STARTED_BY.format(name="Lena") in [one.content for one in thread.messages.values()]
    )

    await club.ask("Which tree is this?", "A beech.", thread)
    assert "mosses" not in json.dumps(sent(club.room))
    assert (await told(club.lena, "new", club.lounge)).content.startswith("Your thread is ready")


async def counts(club: Club) -> None:
    """/tokens says what a text takes, and what is remembered here, on lines that a phone shows whole."""
    assert (await told(club.lena, "tokens text", club.lounge, text="Hello")).content.startswith("**1 token**")
    page = shown(await told(club.lena, "tokens channel", club.lounge))
    assert "In memory: 6 messages" in page
    assert all(len(line) <= 35 for block in page.split("```")[1::2] for line in block.splitlines())


async def asks_for_herself(club: Club) -> None:
    """What she asks with /ask for herself nobody else sees, nor what comes of having it redone."""
    club.room.playground.model.answer("Both are fine.")
    asked = club.lena.run(club.lounge, "ask", {"question": "Or violets?", "private": True})
    await club.room.until(
        lambda: asked.responses[1:] and labels(asked.responses[1]) == [str(members.REGENERATE)]
    )
    question, answer = asked.responses
    club.room.playground.model.answer("Violets fade.")
    assert await redone(club, answer, str(members.REGENERATE), "2/2") == "Violets fade."
    assert [question.ephemeral_for, answer.ephemeral_for] == [club.lena.id] * 2


async def alone_with_it(club: Club) -> None:
    """In direct messages no mention is needed; the persona there is the person's own to set."""
    answer = await club.ask(
        "A secret: I like nettles.", "They are fine plants.", club.room.world.dm(club.lena)
    )
    assert answer.content == "They are fine plants."
    assert str(threads.CONTINUE_IN_THREAD) not in labels(answer)
    page = shown(await told(club.lena, "help", club.room.world.dm(club.lena)))
    assert str(guide.DIRECTLY[0]) in page
    assert "/persona" in page


async def tenth_day(club: Club) -> None:
    """What was said is still known; then she takes all of it along, and has it deleted."""
    club.clock.pass_time(days=10)
    await club.room.stop()
    await club.room.start()
    await club.ask("Where did we stop?", "At the ferns.")
    assert ("user", "Lena: How do I press flowers?") in sent(club.room)

    [file] = (await told(club.lena, "privacy export", club.lounge)).attachments
    assert "I like nettles" in file.data.decode()
    asked = await told(club.lena, "privacy delete", club.lounge)
    gone = await pressed(club.room, club.lena, asked, "Delete")
    assert gone.startswith("Deleted: ")
    await club.ask("Do you know me?", "No.")
    assert "press flowers" not in json.dumps(sent(club.room))
    assert (await told(club.lena, "privacy ignore on", club.lounge)).ephemeral_for == club.lena.id
    assert listed.MENU_ASK in shown(await told(club.lena, "help", club.lounge))
