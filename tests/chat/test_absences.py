"""Places that went away while nobody listened."""

from bot.chat.absences import SECONDS_BETWEEN, Absences
from tests.chat.heart import DIRECT, OTHER_ROOM, ROOM, Heart


async def test_places_that_are_gone_are_forgotten_and_all_others_kept(heart: Heart) -> None:
    for key in (ROOM, OTHER_ROOM, DIRECT):
        await heart.ask("Hello", key=key)
    heart.reader.gone = {ROOM.channel_id, DIRECT.channel_id}
    heart.reader.channels[OTHER_ROOM.channel_id] = []
    await Absences(heart.store, heart.reader, heart.clock).run()

    assert await heart.words(ROOM) == []
    assert await heart.words(OTHER_ROOM) == ["Hello", "Answer 2"]
    assert await heart.words(DIRECT) == ["Hello", "Answer 3"]


async def test_a_place_out_of_sight_is_asked_for_without_haste(heart: Heart) -> None:
    await heart.ask("Hello")
    looking = heart.tasks.start(Absences(heart.store, heart.reader, heart.clock).run())
    await heart.until(lambda: heart.clock.sleepers == 1)
    heart.clock.pass_time(seconds=SECONDS_BETWEEN)
    await looking

    assert await heart.words() == ["Hello", "Answer 1"]
