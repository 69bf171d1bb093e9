"""A model that was picked and is no longer allowed gives way to the default, which is said once."""

from tests.chat.heart import MODERATOR, ROOM, Heart, ending


async def test_a_model_that_is_no_longer_allowed_gives_way_and_that_is_said_once(heart: Heart) -> None:
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="retired")
    first, second = [await heart.ask(f"Hello {number}") for number in range(2)]

    assert {request.model for request in heart.completer.requests} == {"gpt-4.1-mini"}
    assert "retired" in ending(first).note
    assert "retired" not in ending(second).note
