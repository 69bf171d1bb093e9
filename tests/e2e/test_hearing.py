"""What the bot passes over is what it would not have reacted to; all else it hears."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.gateway.hearing import pass_over
from bot.reading.messages import incoming, is_from_person
from bot.rules.triggers import Trigger, decide
from playground.world import payloads
from tests.support.room import Room
from tests.support.strategies import examples

pytestmark = pytest.mark.memory

AUTO = st.sampled_from([None, True, False])
PLACES = ["general", "general", "general", "help", "ideas", "dm", "of no guild", "unknown"]
REPLIES = ["none", "none", "none", "the bot", "the bot", "sam", "deleted", "untold", "forward"]
EVENTS = st.fixed_dictionaries(
    {
        "place": st.sampled_from(PLACES),
        "type": st.sampled_from([0, 0, 0, 19, 19, 6, 20]),
        "content": st.sampled_from(["Shall we meet at eight?", "<@1> hi", "", "\u200b"]),
        "mentions": st.sampled_from([[], [], [], ["the bot"], ["sam"], ["sam", "the bot"]]),
        "mention_roles": st.sampled_from([[], [], [], ["1"]]),
        "reply": st.sampled_from(REPLIES),
        "written_by": st.sampled_from(["alex", "alex", "alex", "the bot", "a bot", "a webhook"]),
    }
)


class Ears:
    """The real client's way from an event to a message, cut off behind what is passed over."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._taken: list[dict[str, Any]] = []
        self._state: Any = room.app.bot._connection
        self.before = self._state.parsers["MESSAGE_CREATE"]
        self._state.parsers["MESSAGE_CREATE"] = self._taken.append
        pass_over(room.app.bot, room.store.places.may_be_auto)

    def hear(self, event: dict[str, Any]) -> bool:
        """Say whether an event gets through."""
        self._taken.clear()
        self._state.parsers["MESSAGE_CREATE"](event)
        return bool(self._taken)

    def message(self, event: dict[str, Any]) -> discord.Message:
        """Build a message as discord.py does."""
        channel, _ = self._state._get_guild_channel(event)
        return discord.Message(state=self._state, channel=channel, data=event)  # type: ignore[arg-type]

    def close(self) -> None:
        """Have the client hear as before."""
        self._state.parsers["MESSAGE_CREATE"] = self.before

    def event(self, drawn: dict[str, Any]) -> dict[str, Any]:
        """Return a message as the gateway tells of it."""
        world = self.room.world
        user = {"the bot": world.bot, "sam": world.people["sam"].user}
        place = drawn["place"]
        known = place in ("general", "help", "ideas", "dm")
        said = world.people["alex"].post(world.dm("alex") if place == "dm" else place if known else "help")
        event = payloads.message_event(world, said) | {
            name: drawn[name] for name in ("type", "content", "mention_roles")
        }
        event["mentions"] = [payloads.user(user[name]) for name in drawn["mentions"]]
        if place == "of no guild":
            event["guild_id"] = "1"
        if place == "unknown":
            event["channel_id"] = "1"
        if drawn["written_by"] == "the bot":
            event["author"] = payloads.user(world.bot)
        if drawn["written_by"] in ("a bot", "a webhook"):
            event["author"] = event["author"] | {"bot": True}
        if drawn["written_by"] == "a webhook":
            event["webhook_id"] = "1"
        return event | self._reply(event, drawn["reply"], user)

    def _reply(self, event: dict[str, Any], reply: str, user: dict[str, Any]) -> dict[str, Any]:
        if reply == "none":
            return {}
        reference = {"message_id": "1", "channel_id": event["channel_id"], "type": int(reply == "forward")}
        told: dict[str, Any] = {"message_reference": reference}
        if reply == "deleted":
            told["referenced_message"] = None
        elif reply == "forward":
            told["message_snapshots"] = [{"message": event}]
        elif reply != "untold":
            told["referenced_message"] = event | {"author": payloads.user(user[reply])}
        return told


@pytest.fixture
async def ears(room: Room) -> AsyncIterator[Ears]:
    ears = Ears(room)
    yield ears
    ears.close()


@settings(examples(250), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=EVENTS, own=AUTO, guild=AUTO)
async def test_what_is_passed_over_would_have_started_nothing(
    ears: Ears, drawn: dict[str, Any], own: bool | None, guild: bool | None
) -> None:
    places, key = ears.room.store.places, ears.room.key("general")
    await places.change(key, 1, guild_wide=False, auto=own)
    await places.change(key, 1, guild_wide=True, auto=guild)
    event = ears.event(drawn)

    if not ears.hear(event):
        read = incoming(ears.message(event), ears.room.app.bot)
        auto = (await places.settings(read.key)).auto or False
        trigger = decide(read, joined=True, auto_answers=auto, ignored=False)
        assert trigger is Trigger.NOTHING or not is_from_person(ears.message(event))


async def test_people_among_themselves_are_passed_over(room: Room) -> None:
    heard: list[str] = []

    async def note(message: discord.Message) -> None:
        heard.append(message.content)

    room.app.bot.add_listener(note, "on_message")
    sam = room.world.people["sam"]
    said = sam.post("general", "Shall we meet at eight?")
    room.world.people["alex"].post("general", "Rather at nine.", reply_to=said)
    await room.ask("Or at ten?")

    assert [text for text in heard if "meet" in text or "nine" in text] == []
    assert any("Or at ten?" in text for text in heard)


@pytest.mark.parametrize("guild_wide", [True, False])
async def test_an_auto_channel_is_listened_to_at_once_and_after_a_restart(
    room: Room, soon_quiet: None, guild_wide: bool
) -> None:
    alex, key = room.world.people["alex"], room.key("general")
    await room.store.places.change(key, 1, guild_wide=guild_wide, auto=True)
    await room.answered(alex.post("general", "Is anybody there?"))

    await room.stop()
    await room.start()

    await room.answered(alex.post("general", "And now?"))


async def test_a_channel_that_is_passed_over_has_its_newest_message_noted(room: Room) -> None:
    said = room.world.people["sam"].post("general", "Shall we meet at eight?")
    await room.ask("Hello!", "help")

    channel = room.app.bot.get_channel(said.channel_id)
    assert isinstance(channel, discord.TextChannel)
    assert channel.last_message_id == said.id
