"""The one budget: what all ask at once is never too much for Discord."""

from pathlib import Path

from playground import Limits
from tests.support.room import open_room

CHANNELS = 60


async def test_when_the_bot_starts_and_all_ask_at_once_discord_refuses_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path, limits=Limits()) as room:
        channels = [room.world.add_text_channel(f"room-{number}") for number in range(CHANNELS)]
        for question in [room.post("Hello", channel) for channel in channels]:
            await room.answered(question, 60)
        await room.stop()
        playground = room.playground
        playground.limiter.clear()
        playground.wire.clear()
        await room.start()
        for question in [room.post("And now?", channel) for channel in channels]:
            await room.answered(question, 60)

        assert playground.wire.rest(status=429) == []
        assert len(playground.wire.rest("GET", "/channels/{channel_id}/messages", 200)) >= CHANNELS
