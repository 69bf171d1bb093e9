"""Links in what the bot says show no previews: whatever a model was made to say, Discord fetches nothing."""

from bot.texts import listed, members
from playground.world.entities import Message
from playground.world.payloads import embeds_of
from tests.support.room import Room

LINK = "https://example.com/tracker"


def said_by_the_bot(room: Room) -> list[Message]:
    """Return all that the bot has posted, for all or for one."""
    places = room.world.channels.values()
    return [one for place in places for one in place.messages.values() if one.author_id == room.world.bot.id]


async def test_links_in_an_answer_show_no_previews_at_its_start_nor_after_any_edit(room: Room) -> None:
    script = room.playground.model.script(f"See {LINK} ", "and ")
    gate = script.hold()
    script.text(f"{LINK}/more.")
    question = room.post("Where?")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    before = embeds_of(answer)
    gate.release()
    (answer,) = await room.answered(question)
    room.playground.model.answer(f"Or {LINK}/other.")
    room.world.people["alex"].press(answer, "Regenerate")
    await room.until(lambda: "other" in answer.content)

    assert answer.edits >= 2
    assert (before, embeds_of(answer)) == ([], [])


async def test_nor_do_questions_that_are_posted_for_somebody(room: Room) -> None:
    alex = room.world.people["alex"]
    modal = await alex.menu(listed.MENU_ASK, alex.post("general", "Hello")).asked()
    await alex.submit(modal, {str(members.ASK_FIELD): f"What is {LINK}?"}).answered()
    await room.until(lambda: any(LINK in one.content for one in said_by_the_bot(room)))

    assert [embeds_of(one) for one in said_by_the_bot(room) if LINK in one.content] == [[]]


async def test_what_people_link_does(room: Room) -> None:
    assert [one["url"] for one in embeds_of(room.post(f"{LINK} and <{LINK}/hidden>"))] == [LINK]
