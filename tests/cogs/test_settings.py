"""/persona, /model, /auto, /retention: set by those who manage, in force from the next question on."""

from typing import Any

import pytest

from bot.rules.places.settings import Settings
from bot.rules.records import Verb
from bot.rules.threads.modes import ThreadMode
from bot.texts import admins, members
from bot.texts.places import model, persona
from bot.texts.places.words import NOTHING, words_of
from playground.world.people import Person
from tests.cogs.acting import demoted, exchange, sent, shown, swept_at_the_start, told, words
from tests.cogs.conftest import ShiftedClock
from tests.support.room import Room

pytestmark = pytest.mark.memory

NEEDS_MANAGE_CHANNELS = members.NEEDS_PERMISSION.format(permission="Manage Channels")
NEEDS_MANAGE_SERVER = members.NEEDS_SERVER_PERMISSION.format(permission="Manage Server")
FIELD = str(persona.FIELD)
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("persona set", {}),
    ("persona clear", {}),
    ("model set", {"name": "gpt-4o"}),
    ("model clear", {}),
    ("auto on", {}),
    ("auto off", {}),
    ("threads set", {"mode": "always"}),
    ("threads clear", {}),
    ("retention set", {"days": 1}),
    ("retention clear", {}),
]


async def persona_set(person: Person, text: str, channel: str = "general", **options: str) -> str:
    """Set a persona through its form, and return what is said of it."""
    modal = await person.run(channel, "persona set", options, unchecked=True).asked()
    return shown(await person.submit(modal, {FIELD: text}).answered())


async def test_a_persona_is_what_the_model_is_told(room: Room, mo: Person) -> None:
    said = await persona_set(mo, "You are a pirate.")
    await exchange(room, "Hello", "Ahoy")

    assert "This is now my persona here:\nYou are a pirate." in said
    assert sent(room)[0] == ("system", "You are a pirate.")


async def test_a_persona_is_edited_from_its_present_text(mo: Person) -> None:
    first = await mo.run("general", "persona set").asked()
    await persona_set(mo, "You are a pirate.")
    second = await mo.run("general", "persona set").asked()

    assert "value" not in first.inputs[FIELD]
    assert first.inputs[FIELD]["placeholder"] == "You are a helpful assistant."
    assert second.inputs[FIELD]["value"] == "You are a pirate."


async def test_an_empty_persona_sends_no_system_message(room: Room, mo: Person) -> None:
    said = await persona_set(mo, "")
    await exchange(room, "Hello", "Hi")
    held = (await told(mo, "persona show")).content

    assert said.startswith("I have no persona here now")
    assert held.startswith("There is no persona here (set here)")
    assert sent(room)[0] == ("user", "Alex: Hello")


async def test_a_persona_of_4000_characters_is_shown_whole(mo: Person) -> None:
    text = "word " * 800
    await persona_set(mo, text)

    assert text.strip() in shown(await told(mo, "persona show"))


async def test_a_channel_goes_before_the_server_and_a_thread_inherits(
    room: Room, mo: Person, olivia: Person
) -> None:
    await persona_set(olivia, "For the server.", scope="server")
    await persona_set(mo, "For the channel.")
    thread = shown(await told(mo, "persona show", room.world.channel("ideas")))
    elsewhere = shown(await told(mo, "persona show", "random"))

    afterwards = shown(await told(mo, "persona clear"))
    at_last = shown(await told(olivia, "persona clear", scope="server"))
    again = (await told(mo, "persona clear")).embeds[0]

    assert "Persona (set for this thread's channel)\nFor the channel." in thread
    assert "Persona (set for the server)\nFor the server." in elsewhere
    assert "Persona (set for the server)\nFor the server." in afterwards
    assert "Persona (default)\nYou are a helpful assistant." in at_last
    assert again["footer"]["text"] == "No persona was set here."
    assert again["description"] == "You are a helpful assistant."
    assert [one.deed.verb for one in (await room.store.journal.log(room.key("general"), 2))][:2] == [
        Verb.CLEAR
    ] * 2


async def test_a_member_may_change_nothing(room: Room, alex: Person) -> None:
    commands = [*CHANGES, ("persona show", {})]
    said = {command: (await told(alex, command, **options)).content for command, options in commands}

    assert said == dict.fromkeys(said, NEEDS_MANAGE_CHANNELS)
    assert await room.store.places.settings(room.key("general")) == Settings()


async def test_a_channels_moderator_may_not_change_the_servers_default(room: Room, mo: Person) -> None:
    said = [(await told(mo, command, scope="server", **options)).content for command, options in CHANGES]

    assert said == [NEEDS_MANAGE_SERVER] * len(CHANGES)
    assert await room.store.places.settings(room.key("general")) == Settings()


async def test_a_permission_lost_while_the_form_is_open_is_missing(room: Room, mo: Person) -> None:
    modal = await mo.run("general", "persona set").asked()
    demoted(room, mo)

    said = await mo.submit(modal, {FIELD: "You are a pirate."}).answered()

    assert said.content == NEEDS_MANAGE_CHANNELS
    assert await room.store.places.settings(room.key("general")) == Settings()


async def test_a_model_is_picked_from_those_allowed(room: Room, mo: Person) -> None:
    offered = await mo.autocomplete("general", "model set", "name", "4").offered()
    said = (await told(mo, "model set", name="gpt-4o")).content
    await exchange(room, "Hello", "Hi")

    assert offered == ["gpt-4.1-mini", "gpt-4o"]
    assert said == "`gpt-4o` now answers here."
    assert room.playground.model.requests[-1].model == "gpt-4o"


async def test_a_model_that_is_not_allowed_is_refused(room: Room, mo: Person) -> None:
    said = (await told(mo, "model set", name="gpt-4-32k")).content

    assert said == model.NOT_OFFERED.format(models="`gpt-4.1-mini`, `gpt-4o`, and `llama-9`")
    assert await room.store.places.settings(room.key("general")) == Settings()


async def test_where_there_is_but_one_model_it_says_why_and_to_the_owner_what_to_set(
    room: Room, mo: Person
) -> None:
    robin = room.world.people["robin"]
    room.environ["ALLOWED_MODELS"] = ""
    await room.stop()
    await room.start()

    offered = await mo.autocomplete("general", "model set", "name", "").offered()
    refused = (await told(mo, "model set", name="gpt-4o")).content
    picked = (await told(mo, "model set", name="gpt-4.1-mini")).content
    to_owner = (await told(robin, "model set", name="gpt-4o")).content
    view = await told(robin, "config")
    robin.select(view, "Model")
    await room.until(lambda: str(model.ONLY_ONE_OWNER) in shown(view))

    assert offered == [model.ONLY_CHOICE.format(model="gpt-4.1-mini")]
    assert refused.endswith(f"You can pick: `gpt-4.1-mini`. {model.ONLY_ONE}")
    assert picked == f"`gpt-4.1-mini` now answers here. {model.ONLY_ONE}"
    assert to_owner.endswith(str(model.ONLY_ONE_OWNER))


async def test_anybody_may_see_which_model_answers(alex: Person, mo: Person) -> None:
    before = (await told(alex, "model show")).content
    await told(mo, "model set", name="gpt-4o")
    after = (await told(alex, "model show")).content
    gone = (await told(mo, "model clear")).content

    assert before == "`gpt-4.1-mini` answers here (default)."
    assert after == "`gpt-4o` answers here (set here)."
    assert gone == "`gpt-4.1-mini` answers here (default)."


async def test_auto_is_switched_on_and_off(room: Room, mo: Person) -> None:
    on = (await told(mo, "auto on")).content
    set_on = await room.store.places.settings(room.key("general"))
    held = (await told(mo, "auto show")).content
    off = (await told(mo, "auto off")).content
    set_off = await room.store.places.settings(room.key("general"))
    cleared = [(await told(mo, "auto clear")).content for _ in range(2)]

    assert on == "I now answer every message here."
    assert off == "I now answer here only when someone addresses me."
    assert held == "I answer every message here (set here)."
    assert (set_on.auto, set_off.auto) == (True, False)
    assert cleared == [
        "I answer here only when someone addresses me (default).",
        "Whether I answer every message was not set here. "
        "I answer here only when someone addresses me (default).",
    ]


async def test_what_is_past_its_retention_goes(
    room: Room, mo: Person, clock: ShiftedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await exchange(room, "Old here", "Yes.")
    await exchange(room, "Old elsewhere", "Yes.", "random")
    await told(mo, "retention set", days=3)
    clock.pass_time(days=3, minutes=1)

    await swept_at_the_start(room, caplog)

    assert await words(room) == []
    assert await words(room, "random") == ["Old elsewhere", "Yes."]


async def test_anybody_may_see_for_how_long_is_remembered(alex: Person, mo: Person) -> None:
    before = (await told(alex, "retention show")).content
    said = (await told(mo, "retention set", days=1)).content
    after = (await told(alex, "retention show")).content
    gone = (await told(mo, "retention clear")).content

    assert before == words_of("retention_days").holds[NOTHING].format(source=str(admins.SOURCE_DEFAULT))
    assert said == "I now forget messages after 1 day here."
    assert after == "I forget messages after 1 day here (set here)."
    assert gone == "I remember messages here until someone clears them (default)."


async def test_threads_are_off_offered_or_always_opened(
    room: Room, alex: Person, mo: Person, olivia: Person
) -> None:
    before = (await told(alex, "threads show")).content
    said = (await told(mo, "threads set", mode="always")).content
    of_the_server = (await told(olivia, "threads set", mode="off", scope="server")).content
    here, elsewhere = [(await told(alex, "threads show", place)).content for place in ("general", "random")]
    held = await room.store.places.settings(room.key("ideas"))
    gone = (await told(mo, "threads clear")).content
    log = (await told(mo, "history log")).embeds[0]["description"]

    assert before == words_of("threads").holds["offer"].format(source=str(admins.SOURCE_DEFAULT))
    assert said == "From now on a mention here opens a thread for its answer."
    assert of_the_server == str(words_of("threads").becomes["off"][1])
    assert here == words_of("threads").holds["always"].format(source=str(admins.SOURCE_HERE))
    assert elsewhere == words_of("threads").holds["off"].format(source=str(admins.SOURCE_SERVER))
    assert held.threads is ThreadMode.ALWAYS
    assert gone == words_of("threads").holds["off"].format(source=str(admins.SOURCE_SERVER))
    assert "set threads to always here" in log


async def test_a_channel_may_remember_for_ever_where_its_server_forgets(mo: Person, olivia: Person) -> None:
    await told(olivia, "retention set", days=3, scope="server")
    said = (await told(mo, "retention set", days=0)).content
    here = (await told(mo, "retention show")).content
    elsewhere = (await told(mo, "retention show", "random")).content

    assert said == "I now remember messages here until someone clears them."
    assert here == words_of("retention_days").holds[NOTHING].format(source=str(admins.SOURCE_HERE))
    assert elsewhere == "I forget messages after 3 days here (set for the server)."


async def test_in_a_direct_conversation_the_person_may_set_things(room: Room, alex: Person) -> None:
    dm = room.world.dm(alex)
    await told(alex, "model set", dm, name="gpt-4o")
    await exchange(room, "Hello", "Hi", "dm")

    said = (await told(alex, "model set", dm, name="gpt-4o", scope="server")).content

    assert said == str(members.NO_SERVER_HERE)
    assert room.playground.model.requests[-1].model == "gpt-4o"
